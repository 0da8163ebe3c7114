package dev.millrace.worker.limits;

import dev.millrace.contracts.config.WorkerConfig;
import dev.millrace.worker.job.WorkerMetrics;
import dev.millrace.worker.port.LoopClock;

/** What most parts of one loop share: its configuration and clock, and state that they change. */
public record LoopContext(
        WorkerConfig config,
        LoopClock clock,
        Capacity capacity,
        WorkerMetrics metrics,
        PauseAndCancelState pauseAndCancel) {}
