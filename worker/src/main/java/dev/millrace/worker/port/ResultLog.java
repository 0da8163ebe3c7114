package dev.millrace.worker.port;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** The loop's port to the transactional producer. On the loop's thread only. */
public interface ResultLog extends AutoCloseable {

    /**
     * Opens it, or opens it anew: ends what an earlier one of the same name has left open, and
     * keeps that one from writing any more.
     *
     * @return why it is not open and can be tried again; empty when it is open
     */
    Optional<String> open();

    /** Writes all of this in one transaction. */
    Commit commit(Transaction transaction);

    @Override
    void close();

    /**
     * What belongs together.
     *
     * @param group the member that owns the partitions
     */
    record Transaction(
            List<ProducerRecord<byte[], byte[]>> records,
            Map<TopicPartition, OffsetAndMetadata> offsets,
            ConsumerGroupMetadata group) {}

    /** What became of a transaction. */
    sealed interface Commit {
        /** All of it is written. */
        record Done() implements Commit {}

        /** None of it is written; the log can be used again. */
        record Aborted(String reason) implements Commit {}

        /**
         * None of it is written, and the same would be refused again. The log must be opened anew.
         *
         * @param tooLarge the records that are too large for their topic, as they were given; empty
         *     when something else is refused
         */
        record Refused(String reason, List<ProducerRecord<byte[], byte[]>> tooLarge)
                implements Commit {}

        /**
         * Nobody knows whether it is written, until the log has been opened anew.
         *
         * @param fenced whether another producer has taken its name
         */
        record OutcomeUnknown(String reason, boolean fenced) implements Commit {}
    }
}
