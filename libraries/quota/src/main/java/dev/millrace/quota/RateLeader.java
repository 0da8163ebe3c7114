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
 * <p>Invariant: over all sessions, the amounts in the windows plus the amounts that can still be
 * taken are at most the limit. A session's demand states both amounts. Until a session confirms a
 * grant, the leader assumes the highest total that the session can have adopted. A session's window
 * never holds more than at its last demand plus its entitlement since then, so the sum never
 * exceeds the limit.
 *
 * <p>Hungry sessions are served in the order of the amounts lent to them since they became hungry.
 * Each lease covers at least the session's next call. A session that waits for a large amount
 * blocks the sessions behind it. If it needs most of the limit, the other sessions return unused
 * permits. Permits are lent at the pace of the limit.
 */
final class RateLeader implements SharedLimit.Leader {
    /**
     * Divisor of the pace's room: this part of it is lent in one step, unless the next call needs
     * more.
     */
    private static final int STEPS = 64;

    /**
     * Number of the pace's bursts in two configured bursts. One configured burst covers two and a
     * half bursts of the pace: the two for which the pace has room, and the half that idle sessions
     * hold.
     */
    private static final int BURSTS_IN_TWO = 5;

    /** Number of calls for which an idle session holds permits, if the limit allows it. */
    private static final int STANDING = 4;

    private final Sessions sessions;
    private final long spanNanos;
    private final Duration burst;
    private long limit;
    private Pace pace;

    /**
     * Amount lent to each hungry session since it became hungry; the session with the smallest
     * amount is served first.
     */
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

    /** Returns a burst that keeps all sessions together within the configured burst. */
    private static Duration burst(RateLimit of, Duration every) {
        Duration part = of.burstTime(Duration.ZERO).multipliedBy(2).dividedBy(BURSTS_IN_TWO);
        return part.compareTo(every) > 0 ? part : every;
    }

    /** A session in one decision. */
    private final class Borrower {
        private final Session session;
        private final long need;

        /** Total to which this decision entitles the session. */
        private long entitled;

        /** False if calls with permits must not be sent. */
        private boolean maySend = true;

        private Borrower(Session session) {
            this.session = session;
            need = Math.max(1, session.state().need());
            entitled = session.entitled();
        }

        private long lent() {
            return entitled - session.state().taken();
        }

        private void withdraw() {
            entitled = session.state().taken();
            maySend = session.state().unsent() == 0;
        }

        private long served() {
            return served.getOrDefault(session.id(), leastServed);
        }

        /** Returns the permits that the session holds but cannot use for its next call. */
        private long unusable() {
            return session.state().isHungry() && lent() >= need ? 0 : lent();
        }

        private void lend(long amount, long nowNanos) {
            entitled += amount;
            pace.take(amount, nowNanos);
        }
    }

    /**
     * The permits that remain after lending to hungry sessions.
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
        // The earlier leader has possibly just lent all of it.
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
        if (free < 0) {
            withdraw(hungry, free);
            withdraw(idle, free);
        }
        Rest rest = lend(hungry, free, nowNanos);
        if (needsOthers(rest.blocked, hungry, idle)) {
            takeBack(rest.blocked, hungry);
            takeBack(rest.blocked, idle);
        } else {
            stand(idle, rest.free, present.size(), nowNanos);
        }
        hungry.addAll(idle);
        for (Borrower each : hungry) {
            sessions.grant(each.session, each.entitled, each.maySend, grants, nowNanos);
        }
        return grants;
    }

    /** Returns the amount in a session's window plus the amount that the session can still take. */
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
        // Most that a session uses between two demands.
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
            // A call above the limit needs a window that is empty except for the session's own
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

    /** Returns true when unused permits of other sessions could block a waiting session forever. */
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

    /**
     * Takes back all unused permits, because permits of all sessions exceed the limit. A session
     * that returns late counts again with a lease that had expired, and whose permits were lent to
     * other sessions. An answer must not renew this lease, of whichever session it is.
     *
     * @param free limit minus the permits of all sessions
     */
    private void withdraw(List<Borrower> borrowers, long free) {
        for (Borrower each : borrowers) {
            // Only a call above the limit has more than the limit, in an empty window.
            long others = limit - free - each.lent() - each.session.state().unsent();
            if (others > 0) {
                each.withdraw();
            }
        }
    }

    /** Takes back unused permits from all sessions except the blocked one. */
    private static void takeBack(@Nullable Borrower blocked, List<Borrower> others) {
        for (Borrower each : others) {
            each.entitled -= each == blocked ? 0 : each.unusable();
        }
    }

    /** Entitles each idle session to permits for a few calls, and takes back any surplus. */
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
