package dev.millrace.worker.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
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

/** Tracks the records of one transaction, and which records their topics refuse. */
final class TransactionRecords {
    /** The client's message for any unspecific error of an offset commit. */
    private static final String OFFSETS_REJECTED = "Unexpected error in TxnOffsetCommitResponse";

    private final boolean isCompressed;
    private final Predicate<String> isJobTopic;
    private final List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>();
    private final AtomicReference<@Nullable ProducerRecord<byte[], byte[]>> tooLarge =
            new AtomicReference<>();

    /**
     * @param isCompressed whether the broker sees fewer bytes than a record has
     * @param isJobTopic whether jobs are handed over to a topic of this name
     */
    TransactionRecords(boolean isCompressed, Predicate<String> isJobTopic) {
        this.isCompressed = isCompressed;
        this.isJobTopic = isJobTopic;
    }

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
     * Returns the records that their topics never accept: too large, or jobs for an unwritable
     * topic.
     *
     * @param cause why the transaction failed
     */
    List<ProducerRecord<byte[], byte[]>> refused(Throwable cause) {
        return cause instanceof TopicAuthorizationException unauthorized
                ? all.stream()
                        .filter(it -> isJobTopic.test(it.topic()))
                        .filter(it -> unauthorized.unauthorizedTopics().contains(it.topic()))
                        .toList()
                : tooLarge();
    }

    /**
     * Returns records that are too large for their topic; call it after aborting the transaction.
     * The first record that fails is too large, because the client splits a batch until it holds
     * one record. Later failures prove nothing: the client gives all its unsent records that error.
     *
     * <p>Without compression, every record of the topic with as many bytes is too large as well.
     * With compression, a longer record can fit, so the next transaction has to show the next one.
     */
    private List<ProducerRecord<byte[], byte[]>> tooLarge() {
        var first = tooLarge.get();
        if (first == null || isCompressed) {
            return first == null ? List.of() : List.of(first);
        }
        return all.stream()
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
     * Returns true if the cluster rejects a record or an offset and would reject it again. These
     * errors occur only before the end of the transaction is requested, so it cannot be committed.
     */
    static boolean isRejection(Throwable cause) {
        return switch (cause) {
            case Exception it when isTooLarge(it) -> true;
            case TopicAuthorizationException _,
                    InvalidTopicException _,
                    PolicyViolationException _,
                    InvalidRecordException _,
                    InvalidTimestampException _ ->
                    true;
            case KafkaException it -> String.valueOf(it.getMessage()).startsWith(OFFSETS_REJECTED);
            default -> false;
        };
    }
}
