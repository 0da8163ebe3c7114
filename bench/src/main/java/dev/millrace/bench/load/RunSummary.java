package dev.millrace.bench.load;

import java.io.IOException;
import java.math.BigDecimal;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code millrace run --json} says of itself.
 *
 * @param durationMs from the start of its process to the end of the export
 * @param firstResultMs from the start of its process until the first result was stored
 */
public record RunSummary(
        long jobs, long succeeded, BigDecimal costUsd, long durationMs, long firstResultMs) {
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * Reads the JSON object that it prints.
     *
     * @throws IOException when it is none
     */
    public static RunSummary parse(String printed) throws IOException {
        try {
            JsonNode summary = JSON.readTree(printed);
            return new RunSummary(
                    summary.path("jobs").asLong(),
                    summary.path("succeeded").asLong(),
                    Answered.usd(summary.path("cost_usd")),
                    summary.path("duration_ms").asLong(),
                    summary.path("first_result_ms").asLong());
        } catch (JacksonException e) {
            throw new IOException("the run has printed no summary: " + printed, e);
        }
    }
}
