package dev.millrace.contracts.topic;

import java.util.Collection;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;

/**
 * Recognises a poll that failed because a batch of records is corrupt, and finds its partition.
 * Kafka's consumer fails every later poll until this partition is paused.
 *
 * <p>The consumer throws a plain {@link KafkaException} if a batch has a wrong checksum or cannot
 * be decompressed, or if the broker detects such a batch. Only the exception's message names the
 * partition: {@code Received exception when fetching the next record from jobs-0. If needed, please
 * seek past …}. This holds for both group protocols.
 */
public final class CorruptBatch {
    private CorruptBatch() {}

    /** Returns the assigned partition that cannot be read; empty for any other failure. */
    public static Optional<TopicPartition> partition(
            KafkaException e, Collection<TopicPartition> assigned) {
        if (e instanceof RecordDeserializationException unreadable) {
            return Optional.of(unreadable.topicPartition()).filter(assigned::contains);
        }
        if (e.getClass() != KafkaException.class) {
            return Optional.empty();
        }
        String text = String.valueOf(e.getMessage());
        return assigned.stream().filter(it -> names(text, it)).findFirst();
    }

    /**
     * Returns true if the text contains the partition as a whole word. A topic name can contain
     * dots and be a prefix of another one.
     */
    private static boolean names(String text, TopicPartition partition) {
        return Pattern.compile(
                        "(?<!\\S)" + Pattern.quote(partition.toString()) + "(?=$|\\s|=|\\.\\s)")
                .matcher(text)
                .find();
    }

    /**
     * Returns a one-line description of the problem. Prefers the message of the cause, because
     * Kafka's own message advises skipping the record.
     */
    public static String reason(KafkaException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return "a batch of records cannot be read: " + cause.getMessage();
    }
}
