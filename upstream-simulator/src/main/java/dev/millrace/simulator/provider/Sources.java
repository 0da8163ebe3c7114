package dev.millrace.simulator.provider;

import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Where time and chance come from.
 *
 * @param instants for dates in answers, headers and the ledger
 * @param ticker nanoseconds that only go forward, for limits and durations; compared by subtraction
 * @param random for everything that happens by chance; used under a lock
 */
public record Sources(InstantSource instants, LongSupplier ticker, RandomGenerator random) {}
