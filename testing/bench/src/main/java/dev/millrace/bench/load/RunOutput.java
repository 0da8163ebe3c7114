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
 * The output of a run. Each line is compared with the job generated for its position.
 *
 * @param jobs checksum of the results' job ids
 * @param outOfPlace results whose position in the output differs from the position of their job in
 *     the input
 * @param wrong results without an answer or with another job's answer
 * @param firstWrong beginning of the first misplaced or wrong result; empty when there is none
 * @param costUsd total cost of the results
 */
record RunOutput(
        JobIdChecksum jobs, long outOfPlace, long wrong, String firstWrong, BigDecimal costUsd) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int OK = 200;
    private static final int SHOWN_CHARACTERS = 200;

    /**
     * Reads an output in input order, line by line.
     *
     * @throws IOException when the file cannot be read
     */
    static RunOutput read(Path output) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(output)) {
            return read(reader);
        }
    }

    private static RunOutput read(BufferedReader reader) throws IOException {
        var jobs = new JobIdChecksum();
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
        return new RunOutput(jobs, outOfPlace, wrong, firstWrong, Usd.normalised(cost));
    }

    private static boolean isAnswer(JsonNode result, String expected) {
        JsonNode response = result.path("response");
        JsonNode choices = response.path("body").path("choices");
        return response.path("status_code").asInt(0) == OK
                && result.path("error").isNull()
                && choices.path(0).path("message").path("content").asString("").equals(expected);
    }

    /** Returns the exact decimal value of a JSON number. */
    static BigDecimal usd(JsonNode number) {
        return number.isNumber() ? number.decimalValue() : BigDecimal.ZERO;
    }
}
