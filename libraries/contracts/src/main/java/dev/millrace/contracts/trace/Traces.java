package dev.millrace.contracts.trace;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.waiting.WaitingReason;
import java.time.Instant;

/**
 * Follows the jobs of a process, for traces: through its Kafka clients what the services publish
 * and store, and the waits of jobs in a router. Workers have a follower of their own. Thread-safe;
 * each method returns at once.
 */
public interface Traces extends AutoCloseable {
    /** Follows nothing. */
    Traces OFF = new Traces() {};

    /** Returns the settings of Kafka clients whose records are followed. */
    default KafkaConfig followed(KafkaConfig clients) {
        return clients;
    }

    /** Returns the settings of the clients of a sink, which calls {@link #onStored}. */
    default KafkaConfig followedBySink(KafkaConfig clients) {
        return clients;
    }

    /**
     * A router continues with a job that has waited there.
     *
     * @param reason what the job last waited for
     */
    default void onWaited(JobHeaders job, Instant since, WaitingReason reason) {}

    /** The sink has stored all records that its consumer has returned. */
    default void onStored() {}

    /** Sends what is not sent yet, within seconds. */
    @Override
    default void close() {}
}
