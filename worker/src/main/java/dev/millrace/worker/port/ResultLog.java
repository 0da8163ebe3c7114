package dev.millrace.worker.port;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** The loop's port to the transactional producer. Called on the loop's thread only. */
public interface ResultLog extends AutoCloseable {

    /**
     * Opens or reopens the log. Ends the open transaction of an earlier producer with an equal
     * name, and fences that producer.
     *
     * @return why the log could not be opened, if opening can be retried; empty if the log is open
     */
    Optional<String> open();

    /** Writes the records and offsets in one transaction. */
    Commit commit(Transaction transaction);

    @Override
    void close();

    /**
     * The records and offsets of one transaction.
     *
     * @param group the member that owns the partitions
     */
    record Transaction(
            List<ProducerRecord<byte[], byte[]>> records,
            Map<TopicPartition, OffsetAndMetadata> offsets,
            ConsumerGroupMetadata group) {}

    /** The outcome of a transaction. */
    sealed interface Commit {
        /** Everything is written. */
        record Done() implements Commit {}

        /** Nothing was written; the log can be used again. */
        record Aborted(String reason) implements Commit {}

        /**
         * Nothing was written, and the cluster would reject the transaction again. The log must be
         * reopened.
         *
         * @param refused records that their topics never accept: too large, or jobs for a missing
         *     or unwritable topic; empty if something else was rejected
         */
        record Rejected(String reason, List<ProducerRecord<byte[], byte[]>> refused)
                implements Commit {}

        /**
         * The transaction is possibly written; reopening the log resolves the doubt.
         *
         * @param fenced true if another producer has taken the name
         */
        record OutcomeUnknown(String reason, boolean fenced) implements Commit {}
    }
}
