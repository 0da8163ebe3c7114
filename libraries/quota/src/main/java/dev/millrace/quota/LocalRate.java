package dev.millrace.quota;

import java.time.Duration;

/** A limit of an amount in a sliding window that belongs to one worker alone. */
public final class LocalRate implements RatePermits {
    /** Time whose amount can be taken at once if the limit names no burst. */
    private static final Duration BURST = Duration.ofMillis(400);

    private final SlidingWindow window;
    private final Pace pace;
    private long limit;

    public LocalRate(RateLimit of, long nowNanos) {
        limit = of.limit();
        window = new SlidingWindow(of.window());
        pace = new Pace(limit, window.spanNanos(), of.burstTime(BURST).dividedBy(2), nowNanos);
    }

    @Override
    public boolean hasRoom(long amount, long nowNanos) {
        return waitNanos(amount, nowNanos) == 0;
    }

    @Override
    public long waitNanos(long amount, long nowNanos) {
        return Math.max(
                pace.waitNanos(amount, nowNanos),
                window.untilAtMost(limit - Math.min(amount, limit), nowNanos));
    }

    @Override
    public boolean take(long amount, long nowNanos) {
        if (!hasRoom(amount, nowNanos)) {
            return false;
        }
        pace.take(amount, nowNanos);
        window.take(amount);
        return true;
    }

    @Override
    public boolean maySend(long nowNanos) {
        return true;
    }

    @Override
    public void onSent(long amount, long nowNanos) {
        window.onSent(amount, nowNanos);
    }

    @Override
    public void giveBack(long amount, long nowNanos) {
        pace.giveBack(amount, nowNanos);
        window.giveBack(amount);
    }

    @Override
    public void correct(long reserved, long used, long sentNanos, long nowNanos) {
        pace.giveBack(reserved - used, nowNanos);
        window.change(used - reserved, sentNanos);
    }

    @Override
    public void resize(long limit, long nowNanos) {
        this.limit = limit;
        pace.resize(limit, nowNanos);
    }

    @Override
    public long used(long nowNanos) {
        return window.sum(nowNanos);
    }

    @Override
    public long leased(long nowNanos) {
        return Math.max(0, limit - window.sum(nowNanos));
    }
}
