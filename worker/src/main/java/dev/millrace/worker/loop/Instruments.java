package dev.millrace.worker.loop;

import dev.millrace.worker.port.LoopClock;

/** What each part of the loop reads and keeps up to date. */
record Instruments(LoopClock clock, Holdings holdings, LoopMetrics metrics, Orders orders) {}
