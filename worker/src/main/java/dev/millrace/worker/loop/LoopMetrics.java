package dev.millrace.worker.loop;

import dev.millrace.worker.capacity.Capacity;
import dev.millrace.worker.limits.PauseAndCancelState;
import dev.millrace.worker.quota.Quota;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The gauges of the loop, updated after each turn. {@code docs/metrics.md} lists them. */
final class LoopMetrics {
    private static final String PREFIX = "millrace.worker.";

    private final MeterRegistry registry;
    private final AtomicLong inFlight;
    private final AtomicLong openJobs;
    private final AtomicLong heldBytes;
    private final AtomicLong partitions;
    private final AtomicLong stoppedPartitions;
    private final AtomicLong pausedModels;
    private final AtomicLong pausedJobs;
    private final AtomicLong unpaidJobs;
    private final AtomicLong slotLimit;
    private final AtomicLong slotBound;
    private final AtomicLong guaranteedSlots;
    private final Map<String, AtomicLong> usedSlots = new HashMap<>();
    private final Map<String, AtomicLong> quotaLimits = new HashMap<>();
    private final Map<String, AtomicLong> quotaLeased = new HashMap<>();
    private final Map<String, AtomicLong> quotaUsed = new HashMap<>();
    private final Map<String, AtomicLong> foundRates = new HashMap<>();
    private final Timer drains;

    /**
     * @param models names of the served models
     */
    LoopMetrics(MeterRegistry registry, Set<String> models) {
        this.registry = registry;
        inFlight = gauge("calls.in.flight");
        openJobs = gauge("jobs.open");
        heldBytes = gauge("held.bytes");
        partitions = gauge("partitions");
        stoppedPartitions = gauge("partitions.stopped");
        pausedModels = gauge("models.paused");
        pausedJobs = gauge("jobs.paused");
        unpaidJobs = gauge("jobs.unpaid");
        slotLimit = gauge("slots.limit");
        slotBound = gauge("slots.bound");
        guaranteedSlots = gauge("slots.guaranteed");
        for (String model : models) {
            usedSlots.put(model, gauge("slots.used", Tags.of("model", model)));
        }
        drains = registry.timer(PREFIX + "drains");
    }

    private AtomicLong gauge(String name) {
        return gauge(name, Tags.empty());
    }

    private AtomicLong gauge(String name, Tags tags) {
        var value = new AtomicLong();
        registry.gauge(PREFIX + name, tags, value);
        return value;
    }

    void onTurn(
            Capacity capacity,
            Quota quota,
            PauseAndCancelState pauseAndCancel,
            long parked,
            long unpaid,
            long assigned,
            long stopped,
            long nowNanos) {
        quota.forEachLimit(this::onLimit, nowNanos);
        quota.forEachFoundRate(
                (model, rate) -> set(foundRates, "quota.found", "model", model, rate));
        inFlight.set(capacity.inFlight());
        openJobs.set(capacity.openJobs());
        heldBytes.set(capacity.allBytes());
        partitions.set(assigned);
        stoppedPartitions.set(stopped);
        pausedModels.set(pauseAndCancel.paused().size());
        pausedJobs.set(parked);
        unpaidJobs.set(unpaid);
        slotLimit.set(capacity.slotBounds().limit());
        slotBound.set(capacity.slotBounds().hardBound());
        guaranteedSlots.set(capacity.slotBounds().guarantee());
        usedSlots.forEach((model, used) -> used.set(capacity.inFlight(model)));
    }

    private void onLimit(String key, long limit, long leased, long used) {
        set(quotaLimits, "quota.limit", "limit", key, limit);
        set(quotaLeased, "quota.leased", "limit", key, leased);
        set(quotaUsed, "quota.used", "limit", key, used);
    }

    private void set(
            Map<String, AtomicLong> gauges, String name, String tag, String key, long value) {
        gauges.computeIfAbsent(key, it -> gauge(name, Tags.of(tag, it))).set(value);
    }

    /** Records how long it took to release partitions. */
    void onDrained(long nanos) {
        drains.record(nanos, TimeUnit.NANOSECONDS);
    }
}
