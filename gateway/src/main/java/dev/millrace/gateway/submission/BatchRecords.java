package dev.millrace.gateway.submission;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.batch.BatchManifest;
import dev.millrace.contracts.batch.BatchOrigin;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.json.JsonObjectEdit;
import dev.millrace.contracts.money.Usd;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Builds the records of batches. Pure.
 *
 * @param requestTopics finds the topic for the requests of a tenant
 */
public record BatchRecords(Topics topics, Function<String, Optional<String>> requestTopics) {

    /**
     * Returns the request of a checked line.
     *
     * <p>Every line has the time of its batch as submission time. A cancellation applies to jobs
     * submitted before it, and so also to lines of the batch that are published after it.
     *
     * @param submittedAt time of the batch, by the brokers' clock
     */
    public ProducerRecord<byte[], byte[]> request(
            Submission batch, Instant submittedAt, BatchLine line) {
        ParsedLine parsed = ParsedLine.of(line);
        String customId = parsed.customId();
        if (customId == null) {
            throw new IllegalStateException(
                    "line %d of %s was checked and has no custom_id"
                            .formatted(line.number(), batch.id()));
        }
        var record =
                new ProducerRecord<>(
                        requestTopic(batch.tenant()),
                        JobId.of(batch.tenant(), batch.id(), customId).value().getBytes(UTF_8),
                        value(line, parsed.options().deadline(), batch.expiresAt()));
        new SubmissionHeaders(
                        batch.tenant(),
                        batch.id(),
                        line.number(),
                        submittedAt,
                        null,
                        batch.maxCostUsd().map(Usd::text).orElse(null))
                .withApiKey(batch.apiKey().orElse(null))
                .withDefaults(new SubmissionHeaders.Defaults(batch.spending().buy().orElse(null)))
                .writeTo(record.headers());
        return record;
    }

    /** Returns the topic of a tenant's requests. */
    public String requestTopic(String tenant) {
        return requestTopics
                .apply(tenant)
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "no request topic accepts the tenant " + tenant));
    }

    /**
     * Returns the value of the request of a line.
     *
     * @param own deadline of the line; null for none
     * @param expiresAt end of the batch's completion window
     */
    static byte[] value(BatchLine line, @Nullable Instant own, Instant expiresAt) {
        return withDeadline(line.bytes(), own, expiresAt);
    }

    /** Adds the end of the completion window to a line, unless the line has an earlier deadline. */
    private static byte[] withDeadline(byte[] line, @Nullable Instant own, Instant expiresAt) {
        if (own != null && !own.isAfter(expiresAt)) {
            return line;
        }
        var deadline = new JsonObjectEdit().set("deadline", JsonBytes.quoted(expiresAt.toString()));
        return new JsonObjectEdit()
                .edit("millrace", deadline)
                .apply(line, firstBrace(line), lastBrace(line) + 1);
    }

    /** Returns where the object begins, after white space and a byte order mark. */
    private static int firstBrace(byte[] line) {
        int i = 0;
        while (line[i] != '{') {
            i++;
        }
        return i;
    }

    private static int lastBrace(byte[] line) {
        int i = line.length - 1;
        while (line[i] != '}') {
            i--;
        }
        return i;
    }

    /**
     * Returns the manifest of a batch.
     *
     * @param lines number of published lines
     * @param models models that the lines name; empty if unknown
     */
    public ProducerRecord<byte[], byte[]> manifest(
            Submission batch, long lines, Set<String> models) {
        var manifest =
                new BatchManifest(
                        batch.tenant(),
                        batch.id(),
                        batch.id(),
                        lines,
                        batch.createdAt(),
                        batch.submittedBy(),
                        batch.retryOf(),
                        new BatchOrigin(
                                batch.input().name(), batch.metadata(), models, batch.apiKey()));
        return new ProducerRecord<>(topics.batches(), manifest.key(), manifest.toJson());
    }

    /** Returns the record that accepts a batch. */
    public ProducerRecord<byte[], byte[]> submission(Submission batch) {
        return new ProducerRecord<>(
                topics.submissions(), batch.id().getBytes(UTF_8), batch.toJson());
    }

    /** Returns the tombstone that removes a finished batch from the topic. */
    public ProducerRecord<byte[], byte[]> end(Submission batch) {
        return new ProducerRecord<>(topics.submissions(), batch.id().getBytes(UTF_8), null);
    }
}
