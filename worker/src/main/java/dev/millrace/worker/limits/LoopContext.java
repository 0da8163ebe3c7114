package dev.millrace.worker.limits;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.worker.breaker.Breakers;
import dev.millrace.worker.capacity.Capacity;
import dev.millrace.worker.job.CallFollower;
import dev.millrace.worker.job.WorkerMetrics;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.tier.Tiers;

/** The configuration, clock and mutable state that most parts of one loop share. */
public record LoopContext(
        WorkerConfig config,
        LoopClock clock,
        Capacity capacity,
        WorkerMetrics metrics,
        PauseAndCancelState pauseAndCancel,
        SpentBudgets spentBudgets,
        Breakers breakers,
        Tiers tiers,
        CallFollower follower) {}
