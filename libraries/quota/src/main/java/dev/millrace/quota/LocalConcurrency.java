package dev.millrace.quota;

/** A limit of concurrent calls that belongs to one worker alone. */
public final class LocalConcurrency implements ConcurrencyPermits {
    private final int limit;
    private int used;

    public LocalConcurrency(int limit) {
        this.limit = limit;
    }

    @Override
    public boolean hasRoom(long nowNanos) {
        return used < limit;
    }

    @Override
    public long waitNanos(long nowNanos) {
        return hasRoom(nowNanos) ? 0 : UNKNOWN;
    }

    @Override
    public boolean take(long nowNanos) {
        boolean isFree = hasRoom(nowNanos);
        used += isFree ? 1 : 0;
        return isFree;
    }

    @Override
    public boolean maySend(long nowNanos) {
        return true;
    }

    @Override
    public void giveBack(long nowNanos) {
        used--;
    }

    @Override
    public long used() {
        return used;
    }

    @Override
    public long leased(long nowNanos) {
        return Math.max(0, limit - used);
    }
}
