package dev.millrace.quota;

import dev.millrace.quota.QuotaRecord.Demand;
import dev.millrace.quota.QuotaRecord.Grant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Divides a limit of concurrent calls: each session is entitled to a number of calls in flight.
 *
 * <p>Invariant: the sum of these numbers over all sessions is at most the limit. A session counts
 * with the highest number that it can have adopted, and at least with its calls in flight. A silent
 * session counts until all calls that it possibly started have certainly ended.
 *
 * <p>Each session gets its demand or a fair part, whichever is less. Permits that cannot be divided
 * equally rotate among the hungry sessions.
 */
final class ConcurrencyLeader implements SharedLimit.Leader {
    /** Time for which a hungry session keeps a permit that other sessions wait for. */
    private static final long TURN_NANOS = Duration.ofSeconds(1).toNanos();

    /** An idle session holds at most this part of the limit, divided by the sessions. */
    private static final int STANDING_PART = 8;

    private static final long MOST_STANDING = 4;

    private final Sessions sessions;
    private long limit;

    /** Turns of the hungry sessions. */
    private final Map<Long, Turn> turns = new HashMap<>();

    /**
     * @param longestCall longest duration of a call
     */
    ConcurrencyLeader(int limit, Duration longestCall, LeaseTimes times, long nowNanos) {
        this.limit = limit;
        sessions = new Sessions(times, longestCall.toNanos(), nowNanos);
    }

    /** The turn of a session at the permits that cannot be divided equally. */
    private static final class Turn {
        private long sinceNanos;
        private long lastNanos;
        private boolean holds;
        private boolean ever;

        private void onDecision(boolean holdsNow, long nowNanos) {
            sinceNanos = holdsNow && !holds ? nowNanos : sinceNanos;
            lastNanos = holdsNow ? nowNanos : lastNanos;
            ever |= holdsNow;
            holds = holdsNow;
        }

        private boolean isInside(long nowNanos) {
            return holds && nowNanos - sinceNanos < TURN_NANOS;
        }

        /** Returns the time since the session last had its turn. */
        private long waitedNanos(long nowNanos) {
            return ever ? nowNanos - lastNanos : Long.MAX_VALUE;
        }
    }

    @Override
    public void onDemand(Demand demand, long nowNanos) {
        sessions.onDemand(demand, nowNanos);
    }

    @Override
    public void onGrant(Grant grant, long nowNanos) {
        sessions.onGrant(grant, nowNanos);
    }

    @Override
    public void lead(long epoch, long nowNanos) {
        sessions.lead(epoch);
        turns.clear();
    }

    @Override
    public List<Grant> grants(long nowNanos) {
        var grants = new ArrayList<Grant>();
        if (!sessions.isDue(nowNanos)) {
            return grants;
        }
        List<Session> present = sessions.present(nowNanos);
        limit = Sessions.limit(present, limit);
        long free = limit;
        long usable = limit;
        for (Session session : sessions.counted(nowNanos)) {
            free -= permitsOf(session);
            usable -= session.isPresent(nowNanos) ? 0 : permitsOf(session);
        }
        Map<Session, Long> targets = targets(present, Math.max(0, usable), nowNanos);
        present.sort(
                Comparator.comparingLong(ConcurrencyLeader::permitsOf)
                        .thenComparingLong(session -> -waitedNanos(session, nowNanos)));
        for (Session session : present) {
            // Nothing is free while a session reports calls that the leader assumed to have ended.
            long allowed = Math.max(0, permitsOf(session) + free);
            long entitled = Math.min(targets.getOrDefault(session, 0L), allowed);
            free -= Math.max(0, entitled - permitsOf(session));
            sessions.grant(session, entitled, true, grants, nowNanos);
        }
        return grants;
    }

    /** Returns the highest number of calls that a session may have in flight. */
    private static long permitsOf(Session session) {
        return Math.max(session.entitled(), session.state().taken());
    }

    /** Returns the number of calls that each session should have. */
    private Map<Session, Long> targets(List<Session> present, long usable, long nowNanos) {
        var targets = new HashMap<Session, Long>();
        var ordered = new ArrayList<>(present);
        ordered.sort(
                Comparator.comparingLong((Session session) -> wanted(session, present.size())));
        long left = usable;
        int others = ordered.size();
        var hungry = new ArrayList<Session>();
        for (Session session : ordered) {
            long part = Math.min(wanted(session, present.size()), left / others--);
            targets.put(session, part);
            left -= part;
            if (session.state().isHungry()) {
                hungry.add(session);
            }
        }
        takeTurns(hungry, targets, nowNanos);
        return targets;
    }

    private long wanted(Session session, int count) {
        if (session.state().isHungry()) {
            return Long.MAX_VALUE;
        }
        long standing = Math.min(MOST_STANDING, limit / ((long) STANDING_PART * count));
        return session.state().taken() + standing;
    }

    private boolean isInTurn(Session session, long nowNanos) {
        Turn turn = turns.get(session.id());
        return turn != null && turn.isInside(nowNanos);
    }

    private long waitedNanos(Session session, long nowNanos) {
        Turn turn = turns.get(session.id());
        return turn == null ? 0 : turn.waitedNanos(nowNanos);
    }

    /** Gives the remainder of an equal division to the sessions in turn. */
    private void takeTurns(List<Session> hungry, Map<Session, Long> targets, long nowNanos) {
        turns.keySet().removeIf(id -> sessions.find(id) == null);
        if (hungry.isEmpty()) {
            return;
        }
        long sum = hungry.stream().mapToLong(targets::get).sum();
        long each = sum / hungry.size();
        long extra = sum % hungry.size();
        for (Session session : hungry) {
            turns.computeIfAbsent(session.id(), _ -> new Turn())
                    .onDecision(permitsOf(session) > each, nowNanos);
        }
        hungry.sort(
                Comparator.comparing((Session session) -> !isInTurn(session, nowNanos))
                        .thenComparingLong(session -> -waitedNanos(session, nowNanos)));
        for (Session session : hungry) {
            targets.put(session, each + (extra-- > 0 ? 1 : 0));
        }
    }
}
