package dev.millrace.worker.simulation;

import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The services around the workers of a joint history, on the same cluster and in the same time. */
public interface Neighbors {
    /** A worker has written the records of a transaction, which no committed reader sees yet. */
    void onBegun(Object transaction, List<ProducerRecord<byte[], byte[]>> records);

    /** A transaction has ended. */
    void onEnded(Object transaction, boolean isCommitted);

    /** Ends all faults of the services. */
    void recover();

    /** Describes what has not ended yet; empty when everything has. */
    List<String> unfinished();

    /**
     * Ends the services.
     *
     * @param isComplete true if everything has ended without a violation
     */
    void end(boolean isComplete);
}
