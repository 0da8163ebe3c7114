package dev.millrace.standalone.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.quota.LeaseTimes;
import dev.millrace.quota.QuotaRecord;
import dev.millrace.quota.RateLimit;
import dev.millrace.quota.RatePermits;
import dev.millrace.quota.SharedLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LimitUsageTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final LeaseTimes TIMES =
            new LeaseTimes(Duration.ofSeconds(3), Duration.ofMillis(250));
    private static final long STEP = Duration.ofMillis(10).toNanos();

    private final SplittableRandom random = new SplittableRandom(1);
    private final List<SharedLimit<?>> sessions = new ArrayList<>();
    private long now = Long.MAX_VALUE - Duration.ofSeconds(2).toNanos();

    private void run(LimitUsage usage, Duration time) {
        for (long end = now + time.toNanos(); now - end < 0; ) {
            now += STEP;
            for (SharedLimit<?> session : List.copyOf(sessions)) {
                session.onTick(now).forEach(it -> deliver(it, usage));
            }
        }
    }

    private void deliver(QuotaRecord next, LimitUsage usage) {
        sessions.forEach(it -> it.onRecord(next, now, 1));
        usage.onRecord(next, now);
    }

    @Nested
    class AnAmountInAWindow {
        private final LimitUsage usage = new LimitUsage(MINUTE);

        private RatePermits join(long limit) {
            var session =
                    SharedLimit.rate(
                            sessions.size() + 1, RateLimit.of(limit, MINUTE), TIMES, random, now);
            sessions.add(session);
            return session.permits();
        }

        private void take(RatePermits permits, long amount) {
            while (!permits.take(amount, now)) {
                run(usage, Duration.ofMillis(10));
            }
            permits.onSent(amount, now);
            run(usage, Duration.ofSeconds(2));
        }

        @Test
        void usedAndLeasedAreSumsOfAllSessions() {
            RatePermits one = join(6_000);
            RatePermits other = join(6_000);
            take(one, 5);
            take(other, 8);

            LimitUsage.Use use = usage.at(now).orElseThrow();

            assertThat(use.limit()).isEqualTo(6_000);
            assertThat(use.used()).isEqualTo(13);
            assertThat(use.leased()).isEqualTo(one.leased(now) + other.leased(now));
            assertThat(use.sessions()).isEqualTo(2);
            assertThat(use.hungry()).isZero();
        }

        @Test
        void sessionWhoseCallsWaitIsHungry() {
            RatePermits permits = join(10);
            take(permits, 10);
            assertThat(permits.take(1, now)).isFalse();
            run(usage, Duration.ofMillis(500));

            assertThat(usage.at(now).orElseThrow().hungry()).isOne();
        }

        @Test
        void useOfASessionThatIsGoneCountsForItsWindow() {
            RatePermits gone = join(6_000);
            join(6_000);
            take(gone, 5);
            sessions.removeFirst();
            run(usage, Duration.ofSeconds(20));
            assertThat(usage.at(now).orElseThrow().sessions()).isOne();
            assertThat(usage.at(now).orElseThrow().used()).isEqualTo(5);

            run(usage, MINUTE);
            assertThat(usage.at(now).orElseThrow().used()).isZero();
        }

        @Test
        void idleSessionWithALongLeaseIsPresent() {
            var times = new LeaseTimes(MINUTE, Duration.ofMillis(250));
            sessions.add(SharedLimit.rate(1, RateLimit.of(6_000, MINUTE), times, random, now));
            run(usage, MINUTE);
            run(usage, Duration.ofSeconds(15));

            assertThat(usage.at(now)).isPresent();
        }

        @Test
        void lowestLimitOfTheSessionsWithCallsApplies() {
            take(join(6_000), 1);
            take(join(4_000), 1);
            join(10);
            run(usage, Duration.ofSeconds(2));

            assertThat(usage.at(now).orElseThrow().limit()).isEqualTo(4_000);
        }
    }

    @Nested
    class ConcurrentCalls {
        private final LimitUsage usage = new LimitUsage(Duration.ZERO);

        @Test
        void callsInFlightAreUsed() {
            var session = SharedLimit.concurrency(1, 5, MINUTE, TIMES, random, now);
            sessions.add(session);
            while (!session.permits().take(now)) {
                run(usage, Duration.ofMillis(10));
            }
            run(usage, Duration.ofSeconds(3));

            LimitUsage.Use use = usage.at(now).orElseThrow();

            assertThat(use.limit()).isEqualTo(5);
            assertThat(use.used()).isOne();
            assertThat(use.leased()).isEqualTo(session.permits().leased(now));
        }
    }

    @Nested
    class WithoutSessions {
        @Test
        void nothingIsKnown() {
            var usage = new LimitUsage(MINUTE);
            sessions.add(SharedLimit.rate(1, RateLimit.of(10, MINUTE), TIMES, random, now));
            run(usage, Duration.ofSeconds(3));
            sessions.getFirst().onClose(now).forEach(it -> usage.onRecord(it, now));

            assertThat(usage.at(now)).isEqualTo(Optional.empty());
        }
    }
}
