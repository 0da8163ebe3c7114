package dev.millrace.bench.load;

import dev.millrace.contracts.money.Usd;
import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the output of a run holds, each line compared with the job that was generated for its place.
 *
 * @param jobs ids of the results' jobs
 * @param outOfPlace results that are not of the job of their place in the input
 * @param wrong results that hold no answer, or not their own job's
 * @param firstWrong the first of either, for a person to look at; empty when there is none
 * @param costUsd sum over the results
 */
record Answered(KeySum jobs, long outOfPlace, long wrong, String firstWrong, BigDecimal costUsd) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int OK = 200;
    private static final int SHOWN_CHARACTERS = 200;

    /**
     * Reads the output of the first jobs in order, a line at a time.
     *
     * @throws IOException when it cannot be read
     */
    static Answered read(Path output) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(output)) {
            return read(reader);
        }
    }

    private static Answered read(BufferedReader reader) throws IOException {
        var jobs = new KeySum();
        long outOfPlace = 0;
        long wrong = 0;
        String firstWrong = "";
        BigDecimal cost = BigDecimal.ZERO;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            JsonNode result = JSON.readTree(line);
            GeneratedJob job = GeneratedJob.of(jobs.count());
            boolean inPlace = result.path("custom_id").asString("").equals(job.customId());
            boolean right = isAnswer(result, job.expectedText());
            outOfPlace += inPlace ? 0 : 1;
            wrong += right ? 0 : 1;
            if (firstWrong.isEmpty() && !(inPlace && right)) {
                firstWrong = line.substring(0, Math.min(line.length(), SHOWN_CHARACTERS));
            }
            JsonNode millrace = result.path("millrace");
            jobs.add(millrace.path("job_id").asString(""));
            cost = cost.add(usd(millrace.path("cost_usd")));
        }
        return new Answered(jobs, outOfPlace, wrong, firstWrong, Usd.normalised(cost));
    }

    private static boolean isAnswer(JsonNode result, String expected) {
        JsonNode response = result.path("response");
        JsonNode choices = response.path("body").path("choices");
        return response.path("status_code").asInt(0) == OK
                && result.path("error").isNull()
                && choices.path(0).path("message").path("content").asString("").equals(expected);
    }

    /** A decimal as it is written; digits are not lost on the way. */
    static BigDecimal usd(JsonNode number) {
        return number.isNumber() ? number.decimalValue() : BigDecimal.ZERO;
    }
}
