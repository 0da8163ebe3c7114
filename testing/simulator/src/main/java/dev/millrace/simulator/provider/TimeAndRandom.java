package dev.millrace.simulator.provider;

import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * The sources of time and randomness.
 *
 * @param instants dates in answers, headers and the ledger
 * @param ticker monotonic nanoseconds for limits and durations; compared by subtraction
 * @param random all random draws; used under a lock
 */
public record TimeAndRandom(InstantSource instants, LongSupplier ticker, RandomGenerator random) {}
