package dev.millrace.quota.simulation;

import dev.millrace.quota.QuotaRecord;
import dev.millrace.quota.QuotaRecord.Claim;
import dev.millrace.quota.QuotaRecord.Demand;
import dev.millrace.quota.QuotaRecord.Grant;
import dev.millrace.quota.QuotaRecord.GrantId;
import dev.millrace.quota.SharedLimit;
import java.time.Duration;
import java.util.Collections;
import java.util.SplittableRandom;

/**
 * A worker that shares the limit. Its clock has an arbitrary origin. It reads the last records of
 * the log and all later records. It can pause, and it ends with or without a farewell.
 *
 * @param <P> kind of permits
 */
final class Participant<P> {
    private static final long MILLI = 1_000_000;

    private final SimulatedLog log;
    private final SplittableRandom random;
    private final Fault fault;
    private final long clockOrigin;
    private final int joinedAt;
    private final long session;
    final SharedLimit<P> limit;

    private int position;
    private long readableNanos;
    private long pausedUntil;
    private long epoch;
    private boolean hasEnded;

    /** True while the participant has more calls than permits. */
    boolean isBusy;

    /** Creates the limit's member. */
    interface Factory<P> {
        SharedLimit<P> create(long session, SplittableRandom random, long nowNanos);
    }

    Participant(
            SimulatedLog log,
            SplittableRandom random,
            Fault fault,
            Factory<P> factory,
            long trueNanos) {
        this.log = log;
        this.random = random;
        this.fault = fault;
        clockOrigin = random.nextLong();
        joinedAt = log.size();
        position = log.start(trueNanos);
        session = random.nextLong() | 1;
        limit = factory.create(session, random.split(), clock(trueNanos));
    }

    /** Returns the time of the participant's own clock. */
    long clock(long trueNanos) {
        return clockOrigin + trueNanos;
    }

    /** Pauses all threads. Afterwards, the thread of the calls may run before the log is read. */
    void pause(long untilTrueNanos) {
        pausedUntil = untilTrueNanos;
        readableNanos = untilTrueNanos + random.nextLong(500 * MILLI);
    }

    void crash() {
        hasEnded = true;
    }

    void close(long trueNanos) {
        limit.onClose(clock(trueNanos)).forEach(it -> log.send(it, trueNanos));
        hasEnded = true;
    }

    boolean hasEnded() {
        return hasEnded;
    }

    boolean isRunning(long trueNanos) {
        return !hasEnded && trueNanos >= pausedUntil;
    }

    /** Reads and writes records. */
    void exchange(long trueNanos) {
        read(trueNanos);
        for (QuotaRecord next : limit.onTick(clock(trueNanos))) {
            log.send(tampered(next, trueNanos), trueNanos);
            if (fault == Fault.NEW_LEADER_DOES_NOT_READ_THE_LOG && next instanceof Claim) {
                limit.onRecord(next, clock(trueNanos), trueNanos / MILLI);
            }
        }
    }

    private void read(long trueNanos) {
        if (trueNanos < readableNanos) {
            return;
        }
        for (; position < log.size(); position++) {
            SimulatedLog.Entry entry = log.entry(position);
            // A participant that joins knows about when the earlier records were written.
            long written = position < joinedAt ? entry.nanos() + 50 * MILLI : trueNanos;
            long millis = fault == Fault.EPOCHS_BEGIN_AGAIN ? 0 : entry.brokerMillis();
            limit.onRecord(received(entry.decoded()), clock(Math.min(written, trueNanos)), millis);
        }
        readableNanos = trueNanos + random.nextLong(10 * MILLI);
    }

    void delayReads(long untilTrueNanos) {
        readableNanos = untilTrueNanos;
    }

    private QuotaRecord tampered(QuotaRecord next, long trueNanos) {
        boolean isMinute = trueNanos / MILLI % 60_000 < 1_000;
        return fault == Fault.MINUTE_STARTS_WITH_A_BURST && isMinute && next instanceof Demand it
                ? new Demand(
                        it.session(),
                        it.sequence(),
                        it.adopted(),
                        it.state(),
                        Collections.nCopies(it.leaving().size(), 0L))
                : next;
    }

    private QuotaRecord received(QuotaRecord next) {
        if (next instanceof Claim claim) {
            epoch = Math.max(epoch, claim.epoch());
        }
        if (!(next instanceof Grant grant)) {
            return next;
        }
        return switch (fault) {
            case LEASE_IS_USED_AFTER_ITS_EXPIRY ->
                    grant.session() == session ? extended(grant) : grant;
            case OLD_LEADER_IS_OBEYED ->
                    new Grant(
                            grant.session(),
                            new GrantId(
                                    Math.max(epoch, grant.id().epoch()),
                                    grant.id().number() + position),
                            grant.answers(),
                            grant.entitled(),
                            grant.valid());
            case NONE,
                    NEW_LEADER_DOES_NOT_READ_THE_LOG,
                    MINUTE_STARTS_WITH_A_BURST,
                    RELEASE_IS_LOST,
                    CALL_COUNTS_FROM_ITS_TAKE,
                    EPOCHS_BEGIN_AGAIN,
                    CALL_IS_SENT_WITHOUT_A_LEASE ->
                    grant;
        };
    }

    private static Grant extended(Grant grant) {
        return new Grant(
                grant.session(), grant.id(), grant.answers(), grant.entitled(), Duration.ofDays(1));
    }
}
