package dev.millrace.quota;

import dev.millrace.quota.QuotaRecord.Demand;
import dev.millrace.quota.QuotaRecord.Grant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Divides a limit of an amount in a sliding window.
 *
 * <p>Invariant: the sum of what all sessions have in their windows, and of what they may still
 * take, is at most the limit. A session's demand states both; until a session confirms a grant, the
 * leader assumes the highest that it may have adopted. The limit is so never exceeded: at any time,
 * what a session has in its window is at most what it had at its last demand and what it was
 * entitled to take since.
 *
 * <p>Hungry sessions are served in the order of what they were lent since they became hungry, each
 * at least the need of its next call. A session that has to wait for a large amount lets no other
 * pass; if it needs most of the limit, the others return the permits that they do not use. Permits
 * are lent at the pace of the limit.
 */
final class RateLeader implements SharedLimit.Leader {
    /** Part of a burst that is lent in one step. */
    private static final int STEPS = 64;

    /**
     * Two configured bursts are this number of the pace's: its room is two, and idle sessions hold
     * up to half of one.
     */
    private static final int BURSTS_IN_TWO = 5;

    /** Calls for which an idle session holds permits, if the limit allows it. */
    private static final int STANDING = 4;

    private final Sessions sessions;
    private final long spanNanos;
    private final Duration burst;
    private long limit;
    private Pace pace;

    /** Amount that each session was lent, for the order in which hungry sessions are served. */
    private final Map<Long, Long> served = new HashMap<>();

    private long leastServed;

    RateLeader(RateLimit of, LeaseTimes times, long nowNanos) {
        limit = of.limit();
        spanNanos = SlidingWindow.spanNanos(of.window());
        LeaseTimes frequent = times.within(of.window());
        burst = burst(of, frequent.every());
        sessions = new Sessions(frequent, spanNanos, nowNanos);
        pace = new Pace(limit, spanNanos, burst, nowNanos);
    }

    /** Returns a burst with which all sessions together take no more at once than configured. */
    private static Duration burst(RateLimit of, Duration every) {
        Duration part = of.burstTime(Duration.ZERO).multipliedBy(2).dividedBy(BURSTS_IN_TWO);
        return part.compareTo(every) > 0 ? part : every;
    }

    /** A session in one decision. */
    private final class Borrower {
        private final Session session;
        private final long need;

        /** Total to which the session is being entitled. */
        private long entitled;

        private Borrower(Session session) {
            this.session = session;
            need = Math.max(1, session.state().need());
            entitled = session.entitled();
        }

        private long lent() {
            return entitled - session.state().taken();
        }

        private long served() {
            return served.getOrDefault(session.id(), leastServed);
        }

        /** Returns what the session holds and does not use for its next call. */
        private long unusable() {
            return session.state().isHungry() && lent() >= need ? 0 : lent();
        }

        private void lend(long amount, long nowNanos) {
            entitled += amount;
            pace.take(amount, nowNanos);
        }
    }

    /**
     * What remains after lending to hungry sessions.
     *
     * @param blocked the session that has to wait; null for none
     */
    private record Rest(long free, @Nullable Borrower blocked) {}

    @Override
    public void onDemand(Demand demand, long nowNanos) {
        Session session = sessions.find(demand.session());
        long entitled = session == null ? 0 : session.entitled();
        long corrected = session == null ? 0 : session.state().corrected();
        sessions.onDemand(demand, nowNanos);
        if (session != null) {
            long renounced = Math.max(0, entitled - session.entitled());
            long unused = session.state().corrected() - corrected;
            pace.giveBack(renounced + unused, nowNanos);
        }
    }

    @Override
    public void onGrant(Grant grant, long nowNanos) {
        sessions.onGrant(grant, nowNanos);
    }

    @Override
    public void lead(long epoch, long nowNanos) {
        sessions.lead(epoch);
        pace = new Pace(limit, spanNanos, burst, nowNanos);
        // The predecessor may just have lent all of it.
        pace.take((long) Math.ceil(pace.room()), nowNanos);
        served.clear();
    }

    @Override
    public List<Grant> grants(long nowNanos) {
        var grants = new ArrayList<Grant>();
        if (!sessions.isDue(nowNanos)) {
            return grants;
        }
        long free = limit;
        for (Session session : sessions.counted(nowNanos)) {
            free -= permitsOf(session, nowNanos);
        }
        List<Session> present = sessions.present(nowNanos);
        free += resize(Sessions.limit(present, limit), nowNanos);
        var hungry = new ArrayList<Borrower>();
        var idle = new ArrayList<Borrower>();
        for (Session session : present) {
            (session.state().isHungry() ? hungry : idle).add(new Borrower(session));
        }
        Rest rest = lend(hungry, free, nowNanos);
        if (needsOthers(rest.blocked, hungry, idle)) {
            takeBack(rest.blocked, hungry);
            takeBack(rest.blocked, idle);
        } else {
            stand(idle, rest.free, present.size(), nowNanos);
        }
        for (Borrower each : hungry) {
            sessions.grant(each.session, each.entitled, grants, nowNanos);
        }
        for (Borrower each : idle) {
            sessions.grant(each.session, each.entitled, grants, nowNanos);
        }
        return grants;
    }

    /** Returns what a session has in its window, and what it may take. */
    private long permitsOf(Session session, long nowNanos) {
        return session.inWindow(spanNanos, nowNanos) + session.entitled() - session.state().taken();
    }

    /** Changes the limit; returns the difference. */
    private long resize(long newLimit, long nowNanos) {
        long change = newLimit - limit;
        if (change != 0) {
            limit = newLimit;
            pace.resize(newLimit, nowNanos);
        }
        return change;
    }

    /** Lends to hungry sessions until one has to wait. */
    private Rest lend(List<Borrower> hungry, long free, long nowNanos) {
        served.keySet().removeIf(id -> hungry.stream().noneMatch(it -> it.session.id() == id));
        // What a session uses between two demands.
        long most = (long) Math.ceil(pace.room());
        long left = free;
        var waiting = new ArrayList<>(hungry);
        while (!waiting.isEmpty()) {
            Borrower next =
                    waiting.stream().min(Comparator.comparingLong(Borrower::served)).orElseThrow();
            leastServed = next.served();
            served.put(next.session.id(), leastServed);
            long missing = next.need - next.lent();
            if (missing <= 0 && next.lent() >= most) {
                waiting.remove(next);
                continue;
            }
            long amount = missing > 0 ? missing : Math.max(next.need, most / STEPS);
            // A call above the limit needs a window that is empty but for the session's own
            // permits.
            long required = next.need > limit ? limit - next.lent() : amount;
            if (required > left || pace.waitNanos(amount, nowNanos) > 0) {
                return new Rest(left, next);
            }
            next.lend(amount, nowNanos);
            served.put(next.session.id(), leastServed + amount);
            left -= amount;
        }
        return new Rest(left, null);
    }

    /**
     * Returns true when a session has to wait for so much that permits which others do not use
     * could block it forever.
     */
    private boolean needsOthers(
            @Nullable Borrower blocked, List<Borrower> hungry, List<Borrower> idle) {
        if (blocked == null) {
            return false;
        }
        long unusable =
                Stream.concat(hungry.stream(), idle.stream())
                        .filter(it -> it != blocked)
                        .mapToLong(Borrower::unusable)
                        .sum();
        return blocked.need > limit / 2 || unusable > limit - blocked.need;
    }

    /** Takes back what the sessions do not use, except from the session that has to wait. */
    private static void takeBack(@Nullable Borrower blocked, List<Borrower> others) {
        for (Borrower each : others) {
            each.entitled -= each == blocked ? 0 : each.unusable();
        }
    }

    /** Lets each idle session keep or have permits for a few calls, and takes back the others. */
    private void stand(List<Borrower> idle, long free, int count, long nowNanos) {
        long left = free;
        for (Borrower each : idle) {
            long part = (long) (pace.burst() / (2.0 * count));
            long standing = Math.min(part / each.need, STANDING) * each.need;
            long missing = standing - each.lent();
            if (missing < 0) {
                each.entitled += missing;
            } else if (missing > 0 && missing <= left && pace.waitNanos(missing, nowNanos) == 0) {
                each.lend(missing, nowNanos);
                left -= missing;
            }
        }
    }
}
