package dev.millrace.worker.loop;

import dev.millrace.worker.limits.Capacity;
import dev.millrace.worker.limits.PauseAndCancelState;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The gauges of the loop, updated after each turn. {@code docs/worker.md} lists them. */
final class LoopMetrics {
    private static final String PREFIX = "millrace.worker.";

    private final MeterRegistry registry;
    private final AtomicLong inFlight;
    private final AtomicLong openJobs;
    private final AtomicLong heldBytes;
    private final AtomicLong partitions;
    private final AtomicLong stoppedPartitions;
    private final AtomicLong pausedModels;
    private final Timer drains;

    LoopMetrics(MeterRegistry registry) {
        this.registry = registry;
        inFlight = gauge("calls.in.flight");
        openJobs = gauge("jobs.open");
        heldBytes = gauge("held.bytes");
        partitions = gauge("partitions");
        stoppedPartitions = gauge("partitions.stopped");
        pausedModels = gauge("models.paused");
        drains = registry.timer(PREFIX + "drains");
    }

    private AtomicLong gauge(String name) {
        var value = new AtomicLong();
        registry.gauge(PREFIX + name, value);
        return value;
    }

    void onTurn(
            Capacity capacity, PauseAndCancelState pauseAndCancel, long assigned, long stopped) {
        inFlight.set(capacity.inFlight());
        openJobs.set(capacity.openJobs());
        heldBytes.set(capacity.allBytes());
        partitions.set(assigned);
        stoppedPartitions.set(stopped);
        pausedModels.set(pauseAndCancel.paused().size());
    }

    /** Records how long it took to release partitions. */
    void onDrained(long nanos) {
        drains.record(nanos, TimeUnit.NANOSECONDS);
    }
}
