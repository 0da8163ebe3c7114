package dev.millrace.worker.loop;

import dev.millrace.worker.port.LoopClock;

/** What each part of the loop reads and keeps up to date. */
record LoopContext(
        LoopClock clock,
        Capacity capacity,
        LoopMetrics metrics,
        PauseAndCancelState pauseAndCancel) {}
