package dev.millrace.worker.port;

import java.util.random.RandomGenerator;

/** Time and chance, as the loop is given them. */
public record Timing(LoopClock clock, RandomGenerator random) {}
