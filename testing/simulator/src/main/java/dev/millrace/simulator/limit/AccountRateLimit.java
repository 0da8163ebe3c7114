package dev.millrace.simulator.limit;

import dev.millrace.simulator.wire.LimitState;
import java.time.Duration;

/** A limit on requests or tokens over time. The time never goes back between two calls. */
sealed interface AccountRateLimit permits TokenBucket, StrictWindow {
    /** Returns the limited quantity. */
    LimitState.Kind kind();

    /** Returns true when this limit never grants the amount, even after any wait. */
    boolean isTooLarge(long amount);

    /** Returns the time until the amount can be taken; zero = now. */
    Duration waitFor(long amount, long nowNanos);

    /** Takes an amount for which {@link #waitFor} returned zero. */
    void take(long amount, long nowNanos);

    /** Returns the state of this limit. */
    LimitState state(long nowNanos);
}
