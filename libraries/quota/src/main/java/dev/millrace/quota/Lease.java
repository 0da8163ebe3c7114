package dev.millrace.quota;

import dev.millrace.quota.QuotaRecord.Grant;
import dev.millrace.quota.QuotaRecord.GrantId;
import java.time.Duration;

/**
 * The lease of a session: its entitlement and the end of its validity, by the session's clock,
 * counted from the sending of the demand. Also decides when the next demand is due.
 */
final class Lease {
    /**
     * Time after a request for permits during which the call counts as waiting. The loop asks ten
     * times a second, and an unused permit should not wait long.
     */
    private static final long HUNGRY_NANOS = Duration.ofMillis(500).toNanos();

    /** Number of latest demands whose answers are accepted. */
    private static final int REMEMBERED = 256;

    /** Number of permits above which a session does not report each further one at once. */
    private static final int FEW = 8;

    private final LeaseTimes times;
    private final long[] sentNanos = new long[REMEMBERED];
    private long sequence;
    private GrantId adopted = GrantId.NONE;
    private long entitled;
    private long expiresNanos;

    private boolean hasAsked;
    private long askedNanos;
    private long need = 1;

    private boolean isUrgent;
    private boolean wasHungry;
    private long lastTaken;

    /** Time of the first demand that is not answered. */
    private long unansweredNanos;

    private boolean isUnanswered;

    Lease(LeaseTimes times) {
        this.times = times;
    }

    /**
     * Returns the total that the session can take now; without a valid lease, the total already
     * taken.
     */
    long entitled(long taken, long nowNanos) {
        return isValid(nowNanos) ? Math.max(entitled, taken) : taken;
    }

    /** Returns true while permits can be taken and calls can be sent. */
    boolean isValid(long nowNanos) {
        return adopted.epoch() > 0
                && expiresNanos - nowNanos > 0
                // The lease was also valid when the last demand was sent: the demand reports that
                // to the leader, and the caller possibly read the clock before it.
                && (sequence == 0 || expiresNanos - sentNanos(sequence) > 0);
    }

    GrantId adopted() {
        return adopted;
    }

    /** Ends the lease, and accepts no other. */
    void end(long nowNanos) {
        adopted = GrantId.ENDED;
        expiresNanos = nowNanos;
    }

    /** Notes that a call waits for an amount. */
    void onAsked(long amount, long nowNanos) {
        need = isHungry(nowNanos) ? Math.max(need, amount) : amount;
        hasAsked = true;
        askedNanos = nowNanos;
    }

    /** Notes that a call has taken its permits. */
    void onTaken(long amount) {
        need = amount;
        hasAsked = false;
    }

    /** Notes that permits became free, for which other sessions possibly wait. */
    void onFreed(long left) {
        isUrgent |= left <= FEW;
    }

    boolean isHungry(long nowNanos) {
        return hasAsked && nowNanos - askedNanos < HUNGRY_NANOS;
    }

    long need() {
        return need;
    }

    /** Returns true when a demand has to be sent. */
    boolean isDue(long taken, long nowNanos) {
        if (sequence == 0) {
            return true;
        }
        long since = nowNanos - sentNanos(sequence);
        long every = times.every().toNanos();
        boolean isHungry = isHungry(nowNanos);
        if (since < every / 16) {
            return false;
        }
        if (isUrgent || (isHungry && !wasHungry)) {
            return true;
        }
        boolean isActive = isHungry || wasHungry || taken != lastTaken;
        return since >= (isActive ? every : times.valid().toNanos() / 3);
    }

    /** Returns the sequence of a demand that is sent now. */
    long send(long taken, long nowNanos) {
        sequence++;
        sentNanos[(int) (sequence % REMEMBERED)] = nowNanos;
        isUrgent = false;
        wasHungry = isHungry(nowNanos);
        lastTaken = taken;
        if (!isUnanswered) {
            isUnanswered = true;
            unansweredNanos = nowNanos;
        }
        return sequence;
    }

    private long sentNanos(long demand) {
        return sentNanos[(int) (demand % REMEMBERED)];
    }

    /** Adopts a grant, unless a later one was adopted. */
    void onGrant(Grant grant) {
        if (grant.id().compareTo(adopted) <= 0
                || grant.answers() > sequence
                || sequence - grant.answers() >= REMEMBERED) {
            return;
        }
        isUrgent |= grant.entitled() < entitled && grant.entitled() <= FEW;
        adopted = grant.id();
        entitled = grant.entitled();
        expiresNanos = sentNanos(grant.answers()) + grant.valid().toNanos();
        isUnanswered = false;
    }

    /** Returns the time since the first unanswered demand; 0 if all are answered. */
    long unansweredNanos(long nowNanos) {
        return isUnanswered ? nowNanos - unansweredNanos : 0;
    }
}
