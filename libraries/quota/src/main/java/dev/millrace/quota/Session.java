package dev.millrace.quota;

import dev.millrace.quota.QuotaRecord.Demand;
import dev.millrace.quota.QuotaRecord.Grant;
import dev.millrace.quota.QuotaRecord.GrantId;
import dev.millrace.quota.QuotaRecord.Permits;
import java.time.Duration;
import java.util.ArrayDeque;

/** The permits of one session, as known from the records of the topic. */
final class Session {
    private final long id;
    private Demand demand;
    private long receivedNanos;

    /**
     * Grants that the session has not confirmed but can have adopted. Each grant is higher than the
     * grants after it; a lower grant before a higher one would change nothing. This bounds the
     * memory for a session that repeats its demand without reading grants.
     */
    private final ArrayDeque<Grant> unconfirmed = new ArrayDeque<>();

    /** Time after which no grant is valid. */
    private long expiresNanos;

    private final long validNanos;

    private GrantId lastGrant = GrantId.NONE;
    private boolean isUnanswered = true;

    /**
     * @param valid validity of a grant
     */
    Session(Demand demand, Duration valid, long nowNanos) {
        this.demand = demand;
        id = demand.session();
        receivedNanos = nowNanos;
        validNanos = valid.toNanos();
        // An earlier grant, unknown here, can still be valid.
        expiresNanos = nowNanos + validNanos;
    }

    long id() {
        return id;
    }

    /** Replaces the last demand; ignores an earlier one. */
    void onDemand(Demand next, long nowNanos) {
        if (next.sequence() <= demand.sequence()) {
            return;
        }
        demand = next;
        receivedNanos = nowNanos;
        expiresNanos = later(expiresNanos, nowNanos + validNanos);
        isUnanswered = true;
        unconfirmed.removeIf(grant -> grant.id().compareTo(next.adopted()) <= 0);
    }

    /** Notes a grant that was made now or earlier. */
    void onGrant(Grant grant, long nowNanos) {
        if (grant.id().compareTo(lastGrant) <= 0) {
            return;
        }
        lastGrant = grant.id();
        long expires = nowNanos + grant.valid().toNanos();
        expiresNanos = later(expiresNanos, expires);
        if (grant.id().compareTo(demand.adopted()) > 0) {
            addUnconfirmed(grant);
        }
    }

    private void addUnconfirmed(Grant grant) {
        while (!unconfirmed.isEmpty() && unconfirmed.getLast().entitled() <= grant.entitled()) {
            unconfirmed.removeLast();
        }
        unconfirmed.addLast(grant);
    }

    /** Returns the number of grants that are kept because the session has possibly adopted them. */
    int unconfirmedCount() {
        return unconfirmed.size();
    }

    private static long later(long a, long b) {
        return a - b > 0 ? a : b;
    }

    /** Notes that the leader has answered the last demand. */
    void onAnswered() {
        isUnanswered = false;
    }

    Permits state() {
        return demand.state();
    }

    long sequence() {
        return demand.sequence();
    }

    /** Returns the session's last demand. */
    Demand demand() {
        return demand;
    }

    boolean isUnanswered() {
        return isUnanswered;
    }

    /** Returns the highest total to which the session can be entitled. */
    long entitled() {
        return unconfirmed.isEmpty()
                ? state().entitled()
                : Math.max(state().entitled(), unconfirmed.getFirst().entitled());
    }

    /** Returns the total of the session's last grant that is known to the leader. */
    long lastEntitled() {
        return unconfirmed.isEmpty() ? state().entitled() : unconfirmed.getLast().entitled();
    }

    /** Returns true while the session sends demands. */
    boolean isPresent(long nowNanos) {
        return nowNanos - receivedNanos < validNanos && !demand.adopted().equals(GrantId.ENDED);
    }

    /**
     * Returns true when the session can have no lease and its last permits no longer count.
     *
     * @param counts time for which a permit counts after it was taken
     */
    boolean isOver(long counts, long nowNanos) {
        return nowNanos - expiresNanos >= counts;
    }

    /**
     * Returns the amount in the window, plus the taken amount that can still be sent, by the last
     * demand.
     */
    long inWindow(long spanNanos, long nowNanos) {
        return demand.inWindow(spanNanos, nowNanos - receivedNanos);
    }
}
