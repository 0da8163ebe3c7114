package dev.millrace.gateway.sink;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.json.JsonFields;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * What the sink has stored of a batch.
 *
 * @param succeeded number of jobs that ended without an error
 * @param failed number of jobs that ended with an error
 * @param deadLetters number of lines that did not become a job, without repeats of lines that did:
 *     a publisher whose progress is lost publishes lines again, and the router recognises them
 * @param lastFinished time of the last result; empty without results
 * @param errors number of failed jobs by error code
 * @param usage tokens and cost
 */
public record BatchCounts(
        long succeeded,
        long failed,
        long deadLetters,
        Optional<Instant> lastFinished,
        Map<String, Long> errors,
        BatchUsage usage) {
    /** Nothing is stored. */
    public static final BatchCounts NONE =
            new BatchCounts(0, 0, 0, Optional.empty(), Map.of(), BatchUsage.NONE);

    public BatchCounts {
        errors = Map.copyOf(errors);
    }

    /** Returns the number of lines that have ended. */
    public long ended() {
        return succeeded + failed + deadLetters;
    }

    /**
     * Returns true if the cost of each job that has ended is known. Results and costs arrive in
     * different topics.
     */
    public boolean hasWholeUsage() {
        return usage.jobs() >= succeeded + failed;
    }

    /** Returns the number of jobs that ended with an error code. */
    public long errors(String code) {
        return errors.getOrDefault(code, 0L);
    }

    /**
     * Reads an answer of the sink.
     *
     * @throws IllegalArgumentException if the value is not the status of a batch
     */
    static BatchCounts read(byte[] value) {
        var json = JsonFields.read(value, "the sink's answer about a batch");
        var errors = new TreeMap<String, Long>();
        long repeats = 0;
        for (JsonNode error : json.node().path("errors")) {
            String code = error.path("code").asString("");
            errors.put(code, error.path("jobs").asLong(0));
            if (code.equals(ErrorCode.DUPLICATE.code())) {
                repeats = error.path("dead_letters").asLong(0);
            }
        }
        return new BatchCounts(
                json.number("succeeded", 0),
                json.number("failed", 0),
                Math.max(0, json.number("dead_letters", 0) - repeats),
                json.optionalTime("last_finished_at"),
                errors,
                BatchUsage.read(json.node().path("costs")));
    }
}
