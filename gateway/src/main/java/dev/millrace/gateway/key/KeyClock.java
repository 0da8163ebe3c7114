package dev.millrace.gateway.key;

import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * The clocks and the state of the cluster on which keys and their limits depend.
 *
 * @param time decides which keys are in force
 * @param ticker nanoseconds from any origin
 * @param instances number of live gateways, which share each limit; at least 1
 * @param readable true while changes of keys arrive, so that revocations are seen
 */
record KeyClock(
        InstantSource time, LongSupplier ticker, IntSupplier instances, BooleanSupplier readable) {}
