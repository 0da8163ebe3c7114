package dev.millrace.worker.loop;

/** What every part of the loop reads and keeps up to date. */
record Gauges(LoopClock clock, Holdings holdings, LoopMetrics metrics) {}
