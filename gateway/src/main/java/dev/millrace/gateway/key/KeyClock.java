package dev.millrace.gateway.key;

import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * What keys and their limits depend on besides the requests.
 *
 * @param time tells which keys are in force
 * @param ticker nanoseconds from any origin
 * @param instances number of live gateways, which share each limit; at least 1
 * @param readable whether the keys are being followed, so that a revoked one is known
 */
record KeyClock(
        InstantSource time, LongSupplier ticker, IntSupplier instances, BooleanSupplier readable) {}
