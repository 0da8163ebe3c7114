package dev.millrace.bench.load;

import java.io.IOException;
import java.math.BigDecimal;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The summary that {@code millrace run --json} prints.
 *
 * @param durationMs time from process start to the end of the export
 * @param firstResultMs time from process start until the first result was stored
 */
public record RunSummary(
        long jobs, long succeeded, BigDecimal costUsd, long durationMs, long firstResultMs) {
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * Parses the printed JSON object.
     *
     * @throws IOException when the text is no summary, such as after a wrong configuration
     */
    public static RunSummary parse(String printed) throws IOException {
        try {
            JsonNode summary = JSON.readTree(printed);
            JsonNode jobs = summary.path("jobs");
            if (!jobs.isNumber()) {
                throw new IOException("the run printed no summary: " + printed);
            }
            return new RunSummary(
                    jobs.asLong(),
                    summary.path("succeeded").asLong(),
                    RunOutput.usd(summary.path("cost_usd")),
                    summary.path("duration_ms").asLong(),
                    summary.path("first_result_ms").asLong());
        } catch (JacksonException e) {
            throw new IOException("the run printed no summary: " + printed, e);
        }
    }
}
