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

/** The records of one transaction, and which of them are too large for their topic. */
final class TransactionRecords {
    /** What the client says of any answer to offsets that it does not know better. */
    private static final String OFFSETS_REFUSED = "Unexpected error in TxnOffsetCommitResponse";

    private final List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>();
    private final AtomicReference<@Nullable ProducerRecord<byte[], byte[]>> tooLarge =
            new AtomicReference<>();

    /** Returns what the client is to tell the record's outcome, on any thread. */
    Callback add(ProducerRecord<byte[], byte[]> record) {
        all.add(record);
        return (_, exception) -> {
            if (isTooLarge(exception)) {
                tooLarge.compareAndSet(null, record);
            }
        };
    }

    /**
     * Returns the records that are too large for their topic; to be called when the transaction has
     * been aborted. The first one that fails is too large, since the client splits a batch until it
     * holds one record; so are all of its topic that are as large. What fails later tells nothing:
     * the client gives the same error to all records that it has not sent by then.
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

    /** One batch may be larger than its topic takes, or than a segment of it. */
    private static boolean isTooLarge(@Nullable Exception exception) {
        return exception instanceof RecordTooLargeException
                || exception instanceof RecordBatchTooLargeException;
    }

    /**
     * Returns true when the cluster refuses a record or an offset and would refuse it again. All of
     * these errors come before the transaction's end is asked for, so it cannot be committed.
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
