package dev.millrace.worker.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.jspecify.annotations.Nullable;

/** Tracks the records of one transaction, and which of them are too large for their topic. */
final class TransactionRecords {
    /** The client's message for any unspecific error of an offset commit. */
    private static final String OFFSETS_REFUSED = "Unexpected error in TxnOffsetCommitResponse";

    private final List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>();
    private final AtomicReference<@Nullable ProducerRecord<byte[], byte[]>> tooLarge =
            new AtomicReference<>();

    /** Returns the callback that receives the record's outcome, on any thread. */
    Callback add(ProducerRecord<byte[], byte[]> record) {
        all.add(record);
        return (_, exception) -> {
            if (isTooLarge(exception)) {
                tooLarge.compareAndSet(null, record);
            }
        };
    }

    /**
     * Returns the records that are too large for their topic; must be called after the transaction
     * was aborted. The first failed record is too large, because the client splits a batch down to
     * one record. All records of its topic that are at least as large are too large as well. Later
     * failures carry no information, because the client reports the same error for all unsent
     * records.
     */
    List<ProducerRecord<byte[], byte[]>> tooLarge() {
        var first = tooLarge.get();
        return first == null
                ? List.of()
                : all.stream()
                        .filter(it -> it.topic().equals(first.topic()))
                        .filter(it -> valueBytes(it) >= valueBytes(first))
                        .toList();
    }

    private static int valueBytes(ProducerRecord<byte[], byte[]> record) {
        return record.value() == null ? 0 : record.value().length;
    }

    /** Returns true for a batch that exceeds the limit of its topic or the size of a segment. */
    private static boolean isTooLarge(@Nullable Exception exception) {
        return exception instanceof RecordTooLargeException
                || exception instanceof RecordBatchTooLargeException;
    }

    /**
     * Returns true if the cluster rejects a record or an offset and would reject it again. All of
     * these errors occur before the end of the transaction is requested, so it cannot be committed.
     */
    static boolean isRefusal(Throwable cause) {
        return switch (cause) {
            case Exception it when isTooLarge(it) -> true;
            case TopicAuthorizationException _,
                    InvalidTopicException _,
                    PolicyViolationException _,
                    InvalidRecordException _,
                    InvalidTimestampException _ ->
                    true;
            case KafkaException it -> String.valueOf(it.getMessage()).startsWith(OFFSETS_REFUSED);
            default -> false;
        };
    }
}
