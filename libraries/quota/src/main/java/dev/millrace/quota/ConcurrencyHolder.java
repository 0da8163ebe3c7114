package dev.millrace.quota;

import dev.millrace.quota.QuotaRecord.Demand;
import dev.millrace.quota.QuotaRecord.Grant;
import dev.millrace.quota.QuotaRecord.Permits;
import java.util.List;
import java.util.Optional;

/** A session's permits of a shared limit of concurrent calls. */
final class ConcurrencyHolder implements ConcurrencyPermits, SharedLimit.Holder {
    private final long session;
    private final Lease lease;
    private final long limit;
    private long used;

    ConcurrencyHolder(long session, int limit, LeaseTimes times) {
        this.session = session;
        this.limit = limit;
        lease = new Lease(times);
    }

    @Override
    public synchronized boolean hasRoom(long nowNanos) {
        return leased(nowNanos) > 0;
    }

    @Override
    public synchronized long waitNanos(long nowNanos) {
        // Demand a permit even with room: a call that waits for another limit keeps this permit.
        lease.onAsked(1, nowNanos);
        return hasRoom(nowNanos) ? 0 : UNKNOWN;
    }

    @Override
    public synchronized boolean take(long nowNanos) {
        if (!hasRoom(nowNanos)) {
            lease.onAsked(1, nowNanos);
            return false;
        }
        used++;
        lease.onTaken(1);
        return true;
    }

    @Override
    public synchronized boolean maySend(long nowNanos) {
        return lease.isValid(nowNanos);
    }

    @Override
    public synchronized void giveBack(long nowNanos) {
        used--;
        lease.onFreed(used);
    }

    @Override
    public synchronized long used() {
        return used;
    }

    @Override
    public synchronized long leased(long nowNanos) {
        return lease.entitled(used, nowNanos) - used;
    }

    @Override
    public synchronized Optional<Demand> demand(long nowNanos) {
        return lease.isDue(used, nowNanos) ? Optional.of(send(nowNanos)) : Optional.empty();
    }

    @Override
    public synchronized Demand farewell(long nowNanos) {
        lease.end(nowNanos);
        return send(nowNanos);
    }

    private Demand send(long nowNanos) {
        return new Demand(
                session,
                lease.send(used, nowNanos),
                lease.adopted(),
                new Permits(
                        lease.entitled(used, nowNanos),
                        used,
                        0,
                        0,
                        1,
                        lease.isHungry(nowNanos),
                        limit),
                List.of());
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
