package dev.millrace.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Sessions that read each record at once. */
class SharedLimitTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration VALID = Duration.ofSeconds(3);
    private static final LeaseTimes TIMES = new LeaseTimes(VALID, Duration.ofMillis(250));
    private static final long STEP = Duration.ofMillis(10).toNanos();
    private static final long START = Long.MAX_VALUE - Duration.ofSeconds(2).toNanos();

    private final SplittableRandom random = new SplittableRandom(1);
    private final List<SharedLimit<?>> sessions = new ArrayList<>();
    private long now = START;

    private RatePermits joinRate(long limit) {
        var session =
                SharedLimit.rate(
                        sessions.size() + 1, RateLimit.of(limit, MINUTE), TIMES, random, now);
        sessions.add(session);
        return session.permits();
    }

    private ConcurrencyPermits joinConcurrency(int limit) {
        var session =
                SharedLimit.concurrency(sessions.size() + 1, limit, MINUTE, TIMES, random, now);
        sessions.add(session);
        return session.permits();
    }

    private long brokerMillis() {
        return Duration.ofNanos(now - START).toMillis();
    }

    private void step() {
        now += STEP;
        for (SharedLimit<?> session : sessions) {
            List<QuotaRecord> records = session.onTick(now);
            records.forEach(next -> sessions.forEach(it -> it.onRecord(next, now, brokerMillis())));
        }
    }

    private void run(Duration time) {
        for (long end = now + time.toNanos(); now - end < 0; ) {
            step();
        }
    }

    /** Returns true if the amount can be taken within the time. */
    private boolean takesWithin(Duration time, RatePermits permits, long amount) {
        for (long end = now + time.toNanos(); now - end < 0; ) {
            step();
            if (permits.take(amount, now)) {
                return true;
            }
        }
        return false;
    }

    @Nested
    class AnAmountAboveTheLimit {
        @Test
        void isTakenByASessionThatHasPermitsLeft() {
            RatePermits permits = joinRate(10_000);
            run(Duration.ofSeconds(5));
            assertThat(permits.leased(now)).isPositive();

            assertThat(takesWithin(Duration.ofMinutes(2), permits, 20_000)).isTrue();
        }

        @Test
        void isTakenWhileOtherSessionsAreIdle() {
            RatePermits permits = joinRate(10_000);
            RatePermits idle = joinRate(10_000);
            run(Duration.ofSeconds(5));
            assertThat(idle.leased(now)).isPositive();

            assertThat(takesWithin(Duration.ofMinutes(2), permits, 20_000)).isTrue();
        }

        @Test
        void isTakenWhileAnotherSessionWaitsWithPermitsLeft() {
            RatePermits permits = joinRate(10_000);
            RatePermits other = joinRate(10_000);
            run(Duration.ofSeconds(5));
            boolean isTaken = false;
            for (int i = 0; i < 20_000 && !isTaken; i++) {
                step();
                isTaken = permits.take(20_000, now);
                if (other.take(100, now)) {
                    other.onSent(100, now);
                }
            }

            assertThat(isTaken).isTrue();
        }

        @Test
        void leavesStandingPermitsToIdleSessionsAfterwards() {
            RatePermits permits = joinRate(10_000);
            RatePermits idle = joinRate(10_000);
            run(Duration.ofSeconds(5));
            assertThat(takesWithin(Duration.ofMinutes(2), permits, 20_000)).isTrue();
            permits.onSent(20_000, now);

            run(Duration.ofMinutes(4));
            assertThat(idle.leased(now)).isPositive();
        }
    }

    @Nested
    class ALeaderThatCrashes {
        private final RatePermits other = joinOther();

        private RatePermits joinOther() {
            joinRate(10_000);
            run(Duration.ofSeconds(5));
            RatePermits permits = joinRate(10_000);
            run(Duration.ofSeconds(5));
            return permits;
        }

        @Test
        void isReplacedBeforeALeaseExpires() {
            assertThat(sessions.getFirst().isLeader()).isTrue();
            sessions.removeFirst();
            for (long end = now + VALID.toNanos() * 2; now - end < 0; ) {
                step();
                assertThat(other.maySend(now)).isTrue();
            }

            assertThat(sessions.getFirst().isLeader()).isTrue();
        }
    }

    /** The leader's records have expired, and a replacement has begun to lead without them. */
    @Nested
    class ALeaderThatReturnsLate {
        private static final long LIMIT = 600;

        private final SharedLimit<RatePermits> first = join(1);
        private final SharedLimit<RatePermits> replacement;
        private final Uses uses = new Uses();

        ALeaderThatReturnsLate() {
            run(MINUTE.multipliedBy(10));
            sessions.remove(first);
            run(MINUTE);
            replacement = join(2);
            run(Duration.ofSeconds(5));
        }

        private SharedLimit<RatePermits> join(long id) {
            var session = SharedLimit.rate(id, RateLimit.of(LIMIT, MINUTE), TIMES, random, now);
            sessions.add(session);
            return session;
        }

        private void runWithCalls(Duration time) {
            for (long end = now + time.toNanos(); now - end < 0; ) {
                step();
                for (SharedLimit<RatePermits> session : List.of(first, replacement)) {
                    if (sessions.contains(session) && session.permits().take(1, now)) {
                        session.permits().onSent(1, now);
                        uses.add(1, now);
                    }
                }
            }
        }

        @Test
        void followsItsReplacement() {
            sessions.addFirst(first);
            run(Duration.ofSeconds(1));

            assertThat(replacement.isLeader()).isTrue();
            assertThat(first.isLeader()).isFalse();
            assertThat(takesWithin(Duration.ofSeconds(1), first.permits(), 1)).isTrue();
        }

        @Test
        void doesNotStarveItsReplacementIfItCrashes() {
            sessions.addFirst(first);
            run(Duration.ofSeconds(5));
            sessions.remove(first);

            assertThat(takesWithin(Duration.ofSeconds(10), replacement.permits(), 1)).isTrue();
            run(Duration.ofSeconds(10));
            assertThat(takesWithin(Duration.ofSeconds(10), replacement.permits(), 1)).isTrue();
        }

        @Test
        void countsWhatItsReplacementLentWhenItLeadsAgain() {
            runWithCalls(MINUTE);
            sessions.addFirst(first);
            runWithCalls(MINUTE);
            sessions.remove(replacement);
            runWithCalls(MINUTE.multipliedBy(2));

            assertThat(first.isLeader()).isTrue();
            assertThat(uses.largestSumWithin(MINUTE)).isBetween(LIMIT * 9 / 10, LIMIT);
        }
    }

    /** A session returns after the leader has lent its permits again. */
    @Nested
    class ASessionThatReturnsLate {
        private static final long LIMIT = 600;

        private final RatePermits busy = joinRate(LIMIT);
        private final RatePermits late = joinRate(LIMIT);
        private final SharedLimit<?> leader = sessions.getFirst();
        private final SharedLimit<?> returning = sessions.getLast();
        private final List<QuotaRecord> unread = new ArrayList<>();
        private final Uses uses = new Uses();

        /** Writes records of a session, which the session that returns late has not read. */
        private void write(SharedLimit<?> from) {
            for (QuotaRecord next : from.onTick(now)) {
                leader.onRecord(next, now, brokerMillis());
                unread.add(next);
            }
        }

        private void use(RatePermits permits) {
            while (permits.take(1, now)) {
                permits.onSent(1, now);
                uses.add(1, now);
            }
        }

        /** The leader lends all permits to the busy session. */
        private void pause() {
            for (int i = 0; i < 30_000; i++) {
                now += STEP;
                write(leader);
                use(busy);
            }
        }

        private void read() {
            unread.forEach(it -> returning.onRecord(it, now, brokerMillis()));
            unread.clear();
        }

        private void useBoth() {
            for (int i = 0; i < 100; i++) {
                step();
                use(busy);
                use(late);
            }
        }

        @Test
        void doesNotRenewTheExpiredLeaseWhenItLeads() {
            run(Duration.ofSeconds(5));
            now += Duration.ofSeconds(1).toNanos();
            late.waitNanos(50, now);
            write(returning);
            pause();
            late.waitNanos(50, now);
            write(returning);
            read();
            assertThat(returning.isLeader()).isTrue();
            useBoth();

            assertThat(uses.largestSumWithin(MINUTE)).isBetween(LIMIT * 9 / 10, LIMIT);
        }

        @Test
        void sendsNoCallOfTheExpiredLease() {
            assertThat(takesWithin(MINUTE, late, 50)).isTrue();
            run(Duration.ofSeconds(1));
            pause();
            unread.removeIf(QuotaRecord.Claim.class::isInstance);
            write(returning);
            write(leader);
            read();

            assertThat(late.maySend(now)).isFalse();
            late.giveBack(50, now);
            useBoth();
            assertThat(uses.largestSumWithin(MINUTE)).isBetween(LIMIT * 9 / 10, LIMIT);
        }
    }

    /** A thread has read the clock, and is delayed until the lease has expired. */
    @Nested
    class ADelayedTake {
        @Test
        void takesNothingAfterADemandThatReportsTheExpiry() {
            RatePermits permits = joinRate(10_000);
            run(Duration.ofSeconds(5));
            long delayed = now;
            assertThat(permits.leased(delayed)).isPositive();

            // The quota thread finds that the lease has expired; its demand is ignored.
            sessions.getFirst().onTick(now + VALID.toNanos());
            assertThat(permits.take(1, delayed)).isFalse();
        }

        @Test
        void startsNoCallAfterADemandThatReportsTheExpiry() {
            ConcurrencyPermits permits = joinConcurrency(100);
            run(Duration.ofSeconds(5));
            long delayed = now;
            assertThat(permits.leased(delayed)).isPositive();

            sessions.getFirst().onTick(now + VALID.toNanos());
            assertThat(permits.take(delayed)).isFalse();
        }
    }
}
