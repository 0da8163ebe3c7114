package dev.millrace.worker.simulation.mutation;

import dev.millrace.quota.RatePermits;
import java.time.Duration;

/** Permits of consecutive windows, instead of a sliding window. */
final class FixedWindow implements RatePermits {
    private final long windowNanos;
    private long limit;
    private long startNanos;
    private long taken;

    FixedWindow(long limit, Duration window, long nowNanos) {
        this.limit = limit;
        this.windowNanos = window.toNanos();
        this.startNanos = nowNanos;
    }

    private void onTick(long nowNanos) {
        long windows = (nowNanos - startNanos) / windowNanos;
        if (windows > 0) {
            startNanos += windows * windowNanos;
            taken = 0;
        }
    }

    @Override
    public long waitNanos(long amount, long nowNanos) {
        onTick(nowNanos);
        boolean hasRoom = taken + Math.min(amount, limit) <= limit;
        return hasRoom ? 0 : startNanos + windowNanos - nowNanos;
    }

    @Override
    public boolean hasRoom(long amount, long nowNanos) {
        return waitNanos(amount, nowNanos) == 0;
    }

    @Override
    public boolean take(long amount, long nowNanos) {
        if (waitNanos(amount, nowNanos) > 0) {
            return false;
        }
        taken += amount;
        return true;
    }

    @Override
    public boolean maySend(long nowNanos) {
        return true;
    }

    @Override
    public void onSent(long amount, long nowNanos) {}

    @Override
    public void giveBack(long amount, long nowNanos) {
        taken -= amount;
    }

    @Override
    public void correct(long reserved, long used, long sentNanos, long nowNanos) {
        taken += used - reserved;
    }

    @Override
    public void resize(long newLimit, long nowNanos) {
        limit = newLimit;
    }

    @Override
    public long used(long nowNanos) {
        onTick(nowNanos);
        return taken;
    }

    @Override
    public long leased(long nowNanos) {
        return limit - used(nowNanos);
    }
}
