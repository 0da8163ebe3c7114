package dev.millrace.standalone.trace;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.trace.Traces;
import dev.millrace.worker.job.CallFollower;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;

/**
 * What follows the jobs of a process, for traces.
 *
 * @param traces for its services and Kafka clients
 * @param calls for its worker
 */
public record Tracing(Traces traces, CallFollower calls) {
    /** Follows nothing. */
    public static final Tracing OFF = new Tracing(Traces.OFF, CallFollower.NONE);

    /** Starts traces. */
    @FunctionalInterface
    public interface Start {
        /** Starts the traces of a configuration with a receiver. */
        Tracing start(MillraceConfig config, MeterRegistry meters, InstantSource clock);
    }
}
