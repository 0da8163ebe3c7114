package dev.millrace.gateway.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.json.JsonFields;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The publishing progress of a batch: a record in the partition of the batch's submission, written
 * in the transaction of the lines. So it cannot be lost without the submission, whatever happens to
 * the group's offsets. Its key is not the key of the submission, which compaction must keep.
 *
 * @param batch id of the batch
 * @param line number of the last published line, 0 for none
 * @param published number of published lines
 */
record Progress(String batch, long line, long published) {
    private static final String KEY_END = "/progress";

    /** Number that no line has: it is unknown which lines are published. */
    private static final long UNKNOWN_LINE = Long.MAX_VALUE;

    /** Returns the progress of an unpublished batch. */
    static Progress none(String batch) {
        return new Progress(batch, 0, 0);
    }

    /** Returns this progress after a later one that cannot be read. No other one is later. */
    Progress unknown() {
        return new Progress(batch, UNKNOWN_LINE, published);
    }

    /** Returns false if it is unknown which lines are published, so that no line can be. */
    boolean isKnown() {
        return line != UNKNOWN_LINE;
    }

    /** Returns the progress after one more line. */
    Progress after(long number) {
        return new Progress(batch, number, published + 1);
    }

    /** Returns the later one of two progresses of a batch. */
    Progress max(Progress other) {
        return other.line > line ? other : this;
    }

    /** Returns the record that proves the progress. */
    ProducerRecord<byte[], byte[]> toRecord(TopicPartition partition) {
        return record(partition, toMetadata().getBytes(UTF_8));
    }

    /**
     * Returns the metadata of the submission's offset, from which gateways before 2026-11-29 learn
     * the progress.
     */
    String toMetadata() {
        var json = JsonFields.object();
        writeTo(json);
        return json.toString();
    }

    /** Returns the tombstone for the end of the batch. */
    ProducerRecord<byte[], byte[]> toTombstone(TopicPartition partition) {
        return record(partition, null);
    }

    private ProducerRecord<byte[], byte[]> record(
            TopicPartition partition, byte @Nullable [] value) {
        return new ProducerRecord<>(
                partition.topic(), partition.partition(), (batch + KEY_END).getBytes(UTF_8), value);
    }

    void writeTo(ObjectNode json) {
        json.put("batch", batch).put("line", line).put("published", published);
    }

    /** Returns true for the records of progresses, including tombstones. */
    static boolean isKey(String key) {
        return key.endsWith(KEY_END);
    }

    /**
     * Reads the metadata of an offset, where gateways before 2026-11-29 keep the progress; empty
     * for none.
     *
     * @throws IllegalArgumentException if the metadata is not a progress
     */
    static Optional<Progress> read(String metadata) {
        return metadata.isEmpty() ? Optional.empty() : Optional.of(read(metadata.getBytes(UTF_8)));
    }

    /** Returns the batch of a progress's key. */
    static String batchOf(String key) {
        return key.substring(0, key.length() - KEY_END.length());
    }

    /**
     * Reads the value of a record.
     *
     * @throws IllegalArgumentException if it is not a progress
     */
    static Progress read(byte[] value) {
        return of(JsonFields.read(value, "the progress of a batch"));
    }

    /**
     * Returns what {@link #writeTo} has written.
     *
     * @throws IllegalArgumentException if it is not a progress
     */
    static Progress of(JsonFields json) {
        return new Progress(
                json.text("batch"), json.number("line", 0), json.number("published", 0));
    }
}
