package dev.millrace.contracts.trace;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.waiting.WaitingReason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Follows the jobs of a process, for traces: through its Kafka clients what the services publish
 * and store, through the other methods what workers do. Thread-safe; each method returns at once.
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
     * A job's wait ends with the start of a call.
     *
     * @param attempt number of the call, from 1
     * @param reason what the job last waited for; null for its turn alone
     */
    default void onWaited(
            JobHeaders job,
            int attempt,
            Instant since,
            Instant until,
            @Nullable WaitingReason reason) {}

    /** A call that was made has ended. */
    default void onCalled(JobHeaders job, TracedCall call) {}

    /**
     * A call was started whose outcome stays unknown.
     *
     * @param attempt number of the call, from 1
     */
    default void onLost(JobHeaders job, int attempt, Model model, Instant now) {}

    /** The sink has stored all records that its consumer has returned. */
    default void onStored() {}

    /** Sends what is not sent yet, within seconds. */
    @Override
    default void close() {}
}
