package dev.millrace.contracts.batch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.Names;
import dev.millrace.contracts.json.JsonFields;
import java.time.Instant;
import java.util.Optional;

/**
 * One submission's part of a batch: the number of published lines, when and by whom. The lines of a
 * batch are the sum over its submissions.
 *
 * @param submission identifies the submission within its batch; a later manifest of a submission
 *     replaces the number of lines if its own number is larger
 * @param lines number of published lines, 0 to 1,000,000,000,000, so that sums do not overflow
 * @param submittedAt when publishing began
 * @param submittedBy who published, such as {@code ada@build-7}
 * @param retryOf batch of this tenant whose failed jobs this batch repeats; empty for none
 * @param origin where the lines come from
 */
public record BatchManifest(
        String tenant,
        String batch,
        String submission,
        long lines,
        Instant submittedAt,
        String submittedBy,
        Optional<String> retryOf,
        BatchOrigin origin) {
    private static final int MAX_CHARS = 4_096;
    private static final long MAX_LINES = 1_000_000_000_000L;

    public BatchManifest {
        require(Names.isTenant(tenant), "a valid tenant");
        require(Names.isBatch(batch), "a valid batch");
        require(isText(submission), "text of 1 to 4,096 characters as submission");
        require(lines >= 0 && lines <= MAX_LINES, "0 to 1,000,000,000,000 lines");
        require(isText(submittedBy), "text of 1 to 4,096 characters as submitted_by");
        require(retryOf.isEmpty() || Names.isBatch(retryOf.get()), "a valid batch as retry_of");
    }

    private static boolean isText(String text) {
        return !text.isBlank() && text.length() <= MAX_CHARS;
    }

    private static void require(boolean condition, String expected) {
        if (!condition) {
            throw new IllegalArgumentException("a manifest must have " + expected);
        }
    }

    /** Returns the key of the record, equal for all submissions of the batch. */
    public byte[] key() {
        return (tenant + "/" + batch).getBytes(UTF_8);
    }

    /** Returns the value of the record. */
    public byte[] toJson() {
        var json = JsonFields.object();
        json.put("tenant", tenant);
        json.put("batch", batch);
        json.put("submission", submission);
        json.put("lines", lines);
        json.put("submitted_at", submittedAt.toString());
        json.put("submitted_by", submittedBy);
        retryOf.ifPresent(it -> json.put("retry_of", it));
        origin.writeTo(json);
        return JsonFields.bytes(json);
    }

    /**
     * Reads a record's value.
     *
     * @throws IllegalArgumentException if the value is not a manifest
     */
    public static BatchManifest read(byte[] value) {
        var json = JsonFields.read(value, "a manifest");
        return new BatchManifest(
                json.text("tenant"),
                json.text("batch"),
                json.text("submission"),
                json.number("lines", 0),
                json.time("submitted_at"),
                json.text("submitted_by"),
                json.optionalText("retry_of"),
                BatchOrigin.read(json));
    }
}
