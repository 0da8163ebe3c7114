package dev.millrace.simulator.limit;

import dev.millrace.simulator.wire.LimitState;
import java.time.Duration;

/**
 * A limit per minute, as a bucket that refills continuously. An amount larger than the bucket waits
 * for a full bucket.
 */
final class TokenBucket implements AccountRateLimit {
    private static final double NANOS_PER_MINUTE = 60e9;

    private final LimitState.Kind kind;
    private final long perMinute;
    private final double perNano;
    private final double capacity;
    private double level;
    private long refilledNanos;

    TokenBucket(LimitState.Kind kind, long perMinute, Duration burst, long nowNanos) {
        this.kind = kind;
        this.perMinute = perMinute;
        this.perNano = (double) perMinute / NANOS_PER_MINUTE;
        this.capacity = perNano * (double) burst.toNanos();
        this.level = capacity;
        this.refilledNanos = nowNanos;
    }

    @Override
    public LimitState.Kind kind() {
        return kind;
    }

    @Override
    public boolean isTooLarge(long amount) {
        return false;
    }

    @Override
    public Duration waitFor(long amount, long nowNanos) {
        refill(nowNanos);
        return untilLevel(Math.min((double) amount, capacity));
    }

    /** Takes an amount, even when the level becomes negative. */
    @Override
    public void take(long amount, long nowNanos) {
        refill(nowNanos);
        level -= (double) amount;
    }

    @Override
    public LimitState state(long nowNanos) {
        refill(nowNanos);
        return new LimitState(kind, perMinute, (long) Math.max(0.0, level), untilLevel(capacity));
    }

    private void refill(long nowNanos) {
        long elapsed = nowNanos - refilledNanos;
        if (elapsed > 0) {
            level = Math.min(capacity, level + (double) elapsed * perNano);
            refilledNanos = nowNanos;
        }
    }

    private Duration untilLevel(double target) {
        double missing = target - level;
        return missing <= 0 ? Duration.ZERO : Duration.ofNanos((long) Math.ceil(missing / perNano));
    }
}
