package dev.millrace.quota;

import dev.millrace.quota.QuotaRecord.Demand;
import dev.millrace.quota.QuotaRecord.Grant;
import dev.millrace.quota.QuotaRecord.GrantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sessions that share a limit, and the grants to them. Belongs to the quota thread. */
final class Sessions {
    private final LeaseTimes times;
    private final long countsNanos;
    private final Map<Long, Session> byId = new HashMap<>();
    private long epoch;
    private long number;
    private long decidedNanos;

    /**
     * @param countsNanos time for which a permit counts after it was taken
     */
    Sessions(LeaseTimes times, long countsNanos, long nowNanos) {
        this.times = times;
        this.countsNanos = countsNanos;
        decidedNanos = nowNanos;
    }

    @Nullable Session find(long id) {
        return byId.get(id);
    }

    void onDemand(Demand demand, long nowNanos) {
        Session session = byId.get(demand.session());
        if (session == null) {
            forgetOver(nowNanos);
            byId.put(demand.session(), new Session(demand, times.valid(), nowNanos));
        } else {
            session.onDemand(demand, nowNanos);
        }
    }

    void onGrant(Grant grant, long nowNanos) {
        Session session = byId.get(grant.session());
        if (session != null) {
            session.onGrant(grant, nowNanos);
        }
    }

    void lead(long newEpoch) {
        epoch = newEpoch;
        number = 0;
    }

    /**
     * Returns true when the leader has to decide: a demand is unanswered, or half of the time
     * between two demands has passed.
     */
    boolean isDue(long nowNanos) {
        boolean isDue = nowNanos - decidedNanos >= times.every().toNanos() / 2;
        for (Session session : byId.values()) {
            isDue |= session.isUnanswered() && session.isPresent(nowNanos);
        }
        decidedNanos = isDue ? nowNanos : decidedNanos;
        return isDue;
    }

    /** Returns the sessions whose permits count. */
    Collection<Session> counted(long nowNanos) {
        forgetOver(nowNanos);
        return byId.values();
    }

    /** Forgets the sessions whose permits do not count any more. */
    private void forgetOver(long nowNanos) {
        byId.values().removeIf(session -> session.isOver(countsNanos, nowNanos));
    }

    /** Returns the sessions that send demands, in a stable order. */
    List<Session> present(long nowNanos) {
        var present = new ArrayList<Session>();
        for (Session session : byId.values()) {
            if (session.isPresent(nowNanos)) {
                present.add(session);
            }
        }
        present.sort(Comparator.comparingLong(Session::id));
        return present;
    }

    /** Returns the limit that applies to the sessions; {@code otherwise} without sessions. */
    static long limit(List<Session> present, long otherwise) {
        return Demand.limit(present.stream().map(Session::demand).toList()).orElse(otherwise);
    }

    /**
     * Adds a grant of a total, unless the grant would change nothing and answer no demand.
     *
     * @param isValid false for a grant that ends the session's lease
     */
    void grant(Session session, long entitled, boolean isValid, List<Grant> grants, long nowNanos) {
        if (entitled == session.lastEntitled() && !session.isUnanswered()) {
            return;
        }
        var grant =
                new Grant(
                        session.id(),
                        new GrantId(epoch, ++number),
                        session.sequence(),
                        entitled,
                        isValid ? times.valid() : Duration.ZERO);
        session.onGrant(grant, nowNanos);
        session.onAnswered();
        grants.add(grant);
    }
}
