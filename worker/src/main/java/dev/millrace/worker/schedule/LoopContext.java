package dev.millrace.worker.schedule;

import dev.millrace.worker.job.WorkerMetrics;
import dev.millrace.worker.port.LoopClock;

/** The shared state that several parts of the loop read and keep up to date. */
public record LoopContext(
        LoopClock clock,
        Capacity capacity,
        WorkerMetrics metrics,
        PauseAndCancelState pauseAndCancel) {}
