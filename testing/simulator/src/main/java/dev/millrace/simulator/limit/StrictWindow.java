package dev.millrace.simulator.limit;

import dev.millrace.simulator.wire.LimitState;
import java.time.Duration;

/**
 * A strict limit: the amounts taken in any window never exceed the limit. An amount larger than the
 * limit is never granted.
 */
final class StrictWindow implements AccountRateLimit {
    private final LimitState.Kind kind;
    private final long limit;
    private final SlidingSum taken;

    StrictWindow(LimitState.Kind kind, long limit, Duration window) {
        this.kind = kind;
        this.limit = limit;
        this.taken = new SlidingSum(window);
    }

    @Override
    public LimitState.Kind kind() {
        return kind;
    }

    @Override
    public boolean isTooLarge(long amount) {
        return amount > limit;
    }

    @Override
    public Duration waitFor(long amount, long nowNanos) {
        return taken.untilSumIs(limit - amount, nowNanos);
    }

    @Override
    public void take(long amount, long nowNanos) {
        taken.add(amount, nowNanos);
    }

    @Override
    public LimitState state(long nowNanos) {
        return new LimitState(
                kind, limit, limit - taken.sum(nowNanos), taken.untilSumIs(0, nowNanos));
    }
}
