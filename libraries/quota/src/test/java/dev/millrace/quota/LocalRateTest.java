package dev.millrace.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Group;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LocalRateTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long MILLI = Duration.ofMillis(1).toNanos();

    /** Near the overflow of the ticker. */
    private static final long START = Long.MAX_VALUE - 90 * SECOND;

    private long now = START;
    private final Uses uses = new Uses();

    private void take(LocalRate rate, long amount) {
        now += rate.waitNanos(amount, now);
        send(rate, amount);
        uses.add(amount, now - START);
    }

    private void send(LocalRate rate, long amount) {
        assertThat(rate.take(amount, now)).isTrue();
        rate.onSent(amount, now);
    }

    @Group
    class InRandomHistories {
        private record Call(long amount, long sentNanos) {}

        @Property(tries = 200)
        void sumStaysWithinTheLimit(
                @ForAll long seed,
                @ForAll @IntRange(min = 1, max = 2_000) int limit,
                @ForAll @IntRange(min = 1, max = 400) int largest) {
            now = START;
            var random = new SplittableRandom(seed);
            var rate = new LocalRate(RateLimit.of(limit, MINUTE), START);
            var counted = new Uses();
            var running = new ArrayList<Call>();
            for (int i = 0; i < 2_000; i++) {
                now += random.nextLong(random.nextInt(10) == 0 ? 20 * SECOND : 100 * MILLI);
                long amount = Math.min(limit, random.nextLong(1, largest + 1));
                if (rate.take(amount, now)) {
                    now += random.nextLong(random.nextInt(10) == 0 ? SECOND : MILLI);
                    if (random.nextBoolean()) {
                        rate.onSent(amount, now);
                        running.add(new Call(amount, now));
                    } else {
                        rate.giveBack(amount, now);
                    }
                }
                if (!running.isEmpty() && random.nextInt(3) == 0) {
                    end(rate, running.remove(random.nextInt(running.size())), counted, random);
                }
            }
            running.forEach(call -> counted.add(call.amount, call.sentNanos - START));
            assertThat(counted.largestSumWithin(MINUTE)).isLessThanOrEqualTo(limit);
        }

        private void end(LocalRate rate, Call call, Uses counted, SplittableRandom random) {
            long used = random.nextLong(call.amount + 1);
            rate.correct(call.amount, used, call.sentNanos, now);
            counted.add(used, call.sentNanos - START);
        }

        @Property(tries = 30)
        void limitIsUsed(@ForAll @IntRange(min = 100, max = 100_000) int limit) {
            now = START;
            var rate = new LocalRate(RateLimit.of(limit, MINUTE), START);
            long calls = 5L * limit;
            for (long i = 0; i < calls; i++) {
                now += rate.waitNanos(1, now);
                send(rate, 1);
            }
            double possible = (double) limit * (now - START) / MINUTE.toNanos();
            assertThat(calls / possible).isGreaterThan(0.985);
        }

        @Property(tries = 50)
        void wayOfTheCallToTheProviderIsCovered(@ForAll long seed) {
            now = START;
            var random = new SplittableRandom(seed);
            var rate = new LocalRate(RateLimit.of(600, MINUTE), START);
            var received = new Uses();
            for (int i = 0; i < 3_000; i++) {
                now += rate.waitNanos(1, now);
                send(rate, 1);
                received.add(1, now - START + random.nextLong(300 * MILLI));
            }
            assertThat(received.largestSumWithin(MINUTE)).isLessThanOrEqualTo(600);
        }
    }

    @Nested
    class WhenThereIsWork {
        @Test
        void limitOfASecondIsUsed() {
            var rate = new LocalRate(RateLimit.of(500, Duration.ofSeconds(1)), now);
            for (int i = 0; i < 50_000; i++) {
                take(rate, 1);
            }
            assertThat(50_000.0 / 500 * SECOND / (now - START)).isGreaterThan(0.96);
            assertThat(uses.largestSumWithin(Duration.ofSeconds(1))).isLessThanOrEqualTo(500);
        }

        @Test
        void callsAreSpreadOverTheMinute() {
            var rate = new LocalRate(RateLimit.of(3_000, MINUTE), now);
            for (int i = 0; i < 12_000; i++) {
                take(rate, 1);
            }
            // 50 in a second, and bursts of 400 ms.
            assertThat(uses.largestSumWithin(Duration.ofSeconds(1))).isLessThanOrEqualTo(71);
        }

        @Test
        void smallLimitTakesWholePermits() {
            var rate = new LocalRate(RateLimit.of(2, MINUTE), now);
            take(rate, 1);
            take(rate, 1);
            long second = now;
            take(rate, 1);
            assertThat(second - START).isBetween(29 * SECOND, 31 * SECOND);
            assertThat(now - START).isBetween(60 * SECOND, 61 * SECOND);
        }
    }

    @Group
    class WithABurst {
        private final RateLimit limit = new RateLimit(60, MINUTE, OptionalLong.of(10));

        @Property(tries = 200)
        void burstStartsAtOnceAfterAPause(
                @ForAll @IntRange(min = 1, max = 5_000) int limit,
                @ForAll @IntRange(min = 1, max = 6_000) int burst) {
            now = START;
            var rate = new LocalRate(new RateLimit(limit, MINUTE, OptionalLong.of(burst)), now);
            int calls = Math.min(limit, burst);

            assertThat(takenAtOnce(rate)).isEqualTo(calls);
            now += 2 * MINUTE.toNanos();
            assertThat(takenAtOnce(rate)).isEqualTo(calls);
        }

        private int takenAtOnce(LocalRate rate) {
            int taken = 0;
            for (; rate.take(1, now); taken++) {
                rate.onSent(1, now);
            }
            return taken;
        }

        @Property(tries = 200)
        void noTimeHasMoreThanTheBurstAndThePace(
                @ForAll long seed,
                @ForAll @IntRange(min = 1, max = 2_000) int limit,
                @ForAll @IntRange(min = 1, max = 500) int burst) {
            now = START;
            var random = new SplittableRandom(seed);
            var rate = new LocalRate(new RateLimit(limit, MINUTE, OptionalLong.of(burst)), now);
            var sent = new Uses();
            for (int i = 0; i < 2_000; i++) {
                now += random.nextLong(random.nextInt(20) == 0 ? 90 * SECOND : 100 * MILLI);
                if (rate.take(1, now)) {
                    rate.onSent(1, now);
                    sent.add(1, now - START);
                }
            }

            assertThat(sent.largestSumWithin(MINUTE)).isLessThanOrEqualTo(limit);
            for (int seconds : new int[] {1, 5, 20}) {
                double paced = (double) limit * seconds / 60;
                assertThat(sent.largestSumWithin(Duration.ofSeconds(seconds)))
                        .as("in %d s", seconds)
                        .isLessThanOrEqualTo((long) (burst + paced) + 1);
            }
        }

        @Example
        void limitIsUsed() {
            now = START;
            var rate = new LocalRate(limit, START);
            for (int i = 0; i < 600; i++) {
                take(rate, 1);
            }

            assertThat(600.0 * SECOND / (now - START)).isGreaterThan(0.98);
        }

        @Example
        void lowerLimitHasASmallerBurst() {
            now = START;
            var rate = new LocalRate(limit, START);
            rate.resize(30, now);

            assertThat(takenAtOnce(rate)).isEqualTo(5);
        }
    }

    @Nested
    class AnAmountAboveTheLimit {
        @Test
        void waitsForAnEmptyWindow() {
            var rate = new LocalRate(RateLimit.of(1_000, MINUTE), now);
            take(rate, 5);
            take(rate, 4_000);
            assertThat(now - START).isBetween(60 * SECOND, 61 * SECOND);
        }

        @Test
        void leavesADebt() {
            var rate = new LocalRate(RateLimit.of(1_000, MINUTE), now);
            take(rate, 4_000);
            take(rate, 1);
            assertThat(now - START).isGreaterThan(240 * SECOND);
        }
    }

    @Nested
    class ACallThatIsSentLate {
        @Test
        void countsFromItsTakeUntilOneWindowAfterItsSending() {
            var rate = new LocalRate(RateLimit.of(1, MINUTE), now);
            assertThat(rate.take(1, now)).isTrue();
            now += 70 * SECOND;
            assertThat(rate.waitNanos(1, now)).isEqualTo(RatePermits.UNKNOWN);
            rate.onSent(1, now);
            assertThat(rate.waitNanos(1, now)).isBetween(60 * SECOND, 61 * SECOND);
        }

        @Test
        void freesItsPermitIfItIsNotSent() {
            var rate = new LocalRate(RateLimit.of(1, MINUTE), now);
            assertThat(rate.take(1, now)).isTrue();
            rate.giveBack(1, now);
            assertThat(rate.take(1, now)).isTrue();
        }
    }

    @Nested
    class ACorrection {
        @Test
        void returnsWhatWasNotUsed() {
            var rate = new LocalRate(RateLimit.of(1_000, MINUTE), now);
            take(rate, 1_000);
            now += 10 * SECOND;
            rate.correct(1_000, 100, START, now);
            take(rate, 90);
            assertThat(now - START).isEqualTo(10 * SECOND);
        }

        @Test
        void countsWhatWasUsedBeyondTheEstimate() {
            var rate = new LocalRate(RateLimit.of(1_000, MINUTE), now);
            take(rate, 100);
            now += 10 * SECOND;
            rate.correct(100, 1_000, START, now);
            take(rate, 1);
            assertThat(now - START).isGreaterThan(60 * SECOND);
        }

        @Test
        void doesNothingToTheWindowAfterTheCallHasLeftIt() {
            var rate = new LocalRate(RateLimit.of(1_000, MINUTE), now);
            take(rate, 1_000);
            now += 61 * SECOND;
            take(rate, 900);
            rate.correct(1_000, 0, START, now);
            assertThat(rate.waitNanos(900, now)).isGreaterThan(50 * SECOND);
        }
    }

    @Nested
    class AChangedLimit {
        @Test
        void appliesToTheWholeWindow() {
            var rate = new LocalRate(RateLimit.of(600, MINUTE), now);
            for (int i = 0; i < 300; i++) {
                take(rate, 1);
            }
            rate.resize(100, now);
            long atChange = now;
            take(rate, 1);
            // The 201st of 300 calls in 30 s waits until an earlier call leaves the window.
            assertThat(now - atChange).isBetween(49 * SECOND, 51 * SECOND);
        }
    }

    @Nested
    class ALocalConcurrency {
        @Test
        void neverExceedsItsLimit() {
            var permits = new LocalConcurrency(2);
            var waits = new ArrayList<Long>();
            var taken = new ArrayList<Boolean>();
            for (int i = 0; i < 3; i++) {
                waits.add(permits.waitNanos(now));
                taken.add(permits.take(now));
            }
            permits.giveBack(now);
            waits.add(permits.waitNanos(now));
            assertThat(waits).isEqualTo(List.of(0L, 0L, ConcurrencyPermits.UNKNOWN, 0L));
            assertThat(taken).isEqualTo(List.of(true, true, false));
        }
    }
}
