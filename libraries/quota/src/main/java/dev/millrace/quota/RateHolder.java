package dev.millrace.quota;

import dev.millrace.quota.QuotaRecord.Demand;
import dev.millrace.quota.QuotaRecord.Grant;
import dev.millrace.quota.QuotaRecord.Permits;
import java.util.Optional;

/** A session's permits of a shared limit of an amount in a sliding window. */
final class RateHolder implements RatePermits, SharedLimit.Holder {
    /** Parts into which a demand divides the amount in the window. */
    static final int PARTS = 12;

    private final long session;
    private final Lease lease;
    private final SlidingWindow window;
    private long limit;
    private long taken;
    private long corrected;

    RateHolder(long session, RateLimit of, LeaseTimes times) {
        this.session = session;
        limit = of.limit();
        window = new SlidingWindow(of.window());
        lease = new Lease(times.within(of.window()));
    }

    @Override
    public synchronized boolean hasRoom(long amount, long nowNanos) {
        return amount <= leased(nowNanos);
    }

    @Override
    public synchronized long waitNanos(long amount, long nowNanos) {
        if (hasRoom(amount, nowNanos)) {
            return 0;
        }
        lease.onAsked(amount, nowNanos);
        return UNKNOWN;
    }

    @Override
    public synchronized boolean take(long amount, long nowNanos) {
        if (waitNanos(amount, nowNanos) > 0) {
            return false;
        }
        taken += amount;
        window.take(amount);
        lease.onTaken(amount);
        return true;
    }

    @Override
    public synchronized boolean maySend(long nowNanos) {
        return lease.isValid(nowNanos);
    }

    @Override
    public synchronized void onSent(long amount, long nowNanos) {
        window.onSent(amount, nowNanos);
    }

    @Override
    public synchronized void giveBack(long amount, long nowNanos) {
        taken -= amount;
        window.giveBack(amount);
    }

    @Override
    public synchronized void correct(long reserved, long used, long sentNanos, long nowNanos) {
        corrected += reserved - used;
        window.change(used - reserved, sentNanos);
    }

    @Override
    public synchronized void resize(long limit, long nowNanos) {
        this.limit = limit;
    }

    @Override
    public synchronized long used(long nowNanos) {
        return window.sum(nowNanos);
    }

    @Override
    public synchronized long leased(long nowNanos) {
        return lease.entitled(taken, nowNanos) - taken;
    }

    @Override
    public synchronized Optional<Demand> demand(long nowNanos) {
        return lease.isDue(taken, nowNanos) ? Optional.of(send(nowNanos)) : Optional.empty();
    }

    @Override
    public synchronized Demand farewell(long nowNanos) {
        lease.end(nowNanos);
        return send(nowNanos);
    }

    private Demand send(long nowNanos) {
        return new Demand(
                session,
                lease.send(taken, nowNanos),
                lease.adopted(),
                new Permits(
                        lease.entitled(taken, nowNanos),
                        taken,
                        window.unsent(),
                        corrected,
                        lease.need(),
                        lease.isHungry(nowNanos),
                        limit),
                window.leaving(PARTS, nowNanos));
    }

    @Override
    public synchronized void onGrant(Grant grant) {
        lease.onGrant(grant);
    }

    @Override
    public synchronized long unansweredNanos(long nowNanos) {
        return lease.unansweredNanos(nowNanos);
    }
}
