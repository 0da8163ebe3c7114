package dev.millrace.quota;

import dev.millrace.quota.QuotaRecord.Claim;
import dev.millrace.quota.QuotaRecord.Demand;
import dev.millrace.quota.QuotaRecord.Grant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * One session's part in a limit that several workers share: its permits, and the leadership if this
 * session leads.
 *
 * <p>All sessions read the limit's records from one partition, in one order. That order decides who
 * leads: the session that claims a higher epoch than all claims before it. Records that an earlier
 * leader writes after the claim have no effect. The new leader has read all records before its
 * claim. A change of leader therefore needs no clock.
 *
 * <p>Permits can be used on another thread; everything else belongs to the quota thread.
 *
 * @param <P> {@link RatePermits} or {@link ConcurrencyPermits}
 */
public final class SharedLimit<P> {
    /** Demands without an answer after which the leader is replaced. */
    private static final int PATIENCE = 4;

    private static final long NOBODY = 0;

    /** Placeholder for a leader whose claim this session has not read. */
    private static final long SOMEBODY = -1;

    private final long session;
    private final P permits;
    private final Holder holder;
    private final Leader leader;
    private final long patienceNanos;

    private long epoch;
    private long leaderSession = NOBODY;

    /** True once the session has read its own first demand, and so all records before it. */
    private boolean isFollowing;

    /** The broker's time of the session's first demand. */
    private long joinedMillis;

    private boolean hasClaimed;
    private long claimedNanos;

    /**
     * A session's own permits of a shared limit. The loop's thread takes them while the quota
     * thread exchanges records, so all methods lock.
     */
    sealed interface Holder permits RateHolder, ConcurrencyHolder {
        /** Returns the demand that is due now. */
        Optional<Demand> demand(long nowNanos);

        /** Ends the lease, and returns the demand that announces the end. */
        Demand farewell(long nowNanos);

        void onGrant(Grant grant);

        /** Returns the time since the first unanswered demand; 0 if all are answered. */
        long unansweredNanos(long nowNanos);
    }

    /**
     * Divides a limit among its sessions. Every session follows the records of the topic, so that
     * each can become the leader with its next claim. Belongs to the quota thread.
     */
    sealed interface Leader permits RateLeader, ConcurrencyLeader {
        /** Applies a demand that was sent now or earlier. */
        void onDemand(Demand demand, long nowNanos);

        /** Applies a grant of the current leader that was made now or earlier. */
        void onGrant(Grant grant, long nowNanos);

        /** Starts to lead. */
        void lead(long epoch, long nowNanos);

        /** Returns the grants that are due, and applies them. */
        List<Grant> grants(long nowNanos);
    }

    private SharedLimit(long session, P permits, Holder holder, Leader leader, long patience) {
        this.session = session;
        this.permits = permits;
        this.holder = holder;
        this.leader = leader;
        patienceNanos = patience;
    }

    /**
     * Joins a limit of an amount in a sliding window.
     *
     * @param session random and not 0
     */
    public static SharedLimit<RatePermits> rate(
            long session,
            RateLimit limit,
            LeaseTimes times,
            RandomGenerator random,
            long nowNanos) {
        var holder = new RateHolder(session, limit, times);
        var leader = new RateLeader(limit, times, nowNanos);
        return new SharedLimit<>(session, holder, holder, leader, patience(times, random));
    }

    /**
     * Joins a limit of concurrent calls.
     *
     * @param session random and not 0
     * @param longestCall longest duration of a call
     */
    public static SharedLimit<ConcurrencyPermits> concurrency(
            long session,
            int limit,
            Duration longestCall,
            LeaseTimes times,
            RandomGenerator random,
            long nowNanos) {
        var holder = new ConcurrencyHolder(session, limit, times);
        var leader = new ConcurrencyLeader(limit, longestCall, times, nowNanos);
        return new SharedLimit<>(session, holder, holder, leader, patience(times, random));
    }

    /** Returns a random patience, so that usually only one session claims the leadership. */
    private static long patience(LeaseTimes times, RandomGenerator random) {
        long every = times.every().toNanos();
        return PATIENCE * every + random.nextLong(2 * every);
    }

    /** Returns the session's permits. */
    public P permits() {
        return permits;
    }

    /** Returns true when the session leads the limit. */
    public boolean isLeader() {
        return leaderSession == session;
    }

    /**
     * Applies the next record of the limit, including records of this session.
     *
     * @param writtenNanos a time, now or earlier, at which the record was certainly written
     * @param brokerMillis the broker's timestamp of the record
     */
    public void onRecord(QuotaRecord quotaRecord, long writtenNanos, long brokerMillis) {
        switch (quotaRecord) {
            case Claim claim -> onClaim(claim, writtenNanos);
            case Demand demand -> {
                leader.onDemand(demand, writtenNanos);
                if (demand.session() == session && !isFollowing) {
                    isFollowing = true;
                    joinedMillis = brokerMillis;
                }
            }
            case Grant grant -> onGrant(grant, writtenNanos);
        }
    }

    private void onClaim(Claim claim, long nowNanos) {
        if (claim.epoch() <= epoch) {
            return;
        }
        epoch = claim.epoch();
        leaderSession = claim.session();
        hasClaimed = false;
        if (isLeader()) {
            leader.lead(epoch, nowNanos);
        }
    }

    private void onGrant(Grant grant, long nowNanos) {
        if (grant.id().epoch() < epoch) {
            return;
        }
        if (grant.id().epoch() > epoch) {
            epoch = grant.id().epoch();
            leaderSession = SOMEBODY;
        }
        leader.onGrant(grant, nowNanos);
        if (grant.session() == session) {
            holder.onGrant(grant);
        }
    }

    /** Returns the records that have to be written now. */
    public List<QuotaRecord> onTick(long nowNanos) {
        var records = new ArrayList<QuotaRecord>();
        holder.demand(nowNanos).ifPresent(records::add);
        if (isLeader()) {
            records.addAll(leader.grants(nowNanos));
        } else if (mustClaim(nowNanos)) {
            hasClaimed = true;
            claimedNanos = nowNanos;
            records.add(new Claim(nextEpoch(), session));
        }
        return records;
    }

    /**
     * Returns the next epoch. A session that knows no epoch starts with the broker's time. The
     * broker's time exceeds the epoch of an earlier leader that returns after its records have
     * expired.
     */
    private long nextEpoch() {
        return epoch == 0 ? Math.max(1, joinedMillis) : epoch + 1;
    }

    private boolean mustClaim(long nowNanos) {
        if (!isFollowing || (hasClaimed && nowNanos - claimedNanos < patienceNanos)) {
            return false;
        }
        return leaderSession == NOBODY || holder.unansweredNanos(nowNanos) >= patienceNanos;
    }

    /** Returns the last records of the session, which takes no further permit. */
    public List<QuotaRecord> onClose(long nowNanos) {
        var records = new ArrayList<QuotaRecord>();
        records.add(holder.farewell(nowNanos));
        if (isLeader()) {
            records.add(new Claim(epoch + 1, NOBODY));
        }
        return records;
    }
}
