package dev.millrace.worker.port;

import java.util.random.RandomGenerator;

/** The clocks and the source of randomness of the loop. */
public record Timing(LoopClock clock, RandomGenerator random) {}
