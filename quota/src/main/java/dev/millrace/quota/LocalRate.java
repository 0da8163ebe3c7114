package dev.millrace.quota;

import java.time.Duration;

/** A limit of an amount in a sliding window that one worker has to itself. */
public final class LocalRate implements RatePermits {
    private static final Duration BURST = Duration.ofMillis(200);

    private final SlidingWindow window;
    private final Pace pace;
    private long limit;

    public LocalRate(long limit, Duration window, long nowNanos) {
        this.limit = limit;
        this.window = new SlidingWindow(window);
        pace = new Pace(limit, this.window.spanNanos(), BURST, nowNanos);
    }

    @Override
    public long waitNanos(long amount, long nowNanos) {
        return Math.max(
                pace.waitNanos(amount, nowNanos),
                window.untilAtMost(limit - Math.min(amount, limit), nowNanos));
    }

    @Override
    public void take(long amount, long nowNanos) {
        pace.take(amount, nowNanos);
        window.add(amount, nowNanos);
    }

    @Override
    public void giveBack(long amount, long takenNanos, long nowNanos) {
        correct(amount, 0, takenNanos, nowNanos);
    }

    @Override
    public void correct(long reserved, long used, long takenNanos, long nowNanos) {
        pace.giveBack(reserved - used, nowNanos);
        window.change(used - reserved, takenNanos);
    }

    @Override
    public void resize(long limit, long nowNanos) {
        this.limit = limit;
        pace.resize(limit, nowNanos);
    }
}
