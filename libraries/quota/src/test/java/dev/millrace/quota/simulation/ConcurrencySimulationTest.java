package dev.millrace.quota.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testwaits.Seeds;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("slow")
class ConcurrencySimulationTest {
    private static final Duration FREEZE = SimulatedLog.HISTORY.plusSeconds(10);

    private static int limit(long seed) {
        var random = new SplittableRandom(seed);
        return random.nextBoolean() ? random.nextInt(1, 6) : random.nextInt(6, 100);
    }

    private static ConcurrencyHistory history(long seed, Fault fault) {
        var random = new SplittableRandom(seed);
        var longestCall = Duration.ofMillis(random.nextLong(100, 20_000));
        return new ConcurrencyHistory(seed, limit(seed), longestCall, fault);
    }

    /** Returns true when the history violates the limit. */
    private static boolean isViolated(long seed, Fault fault) {
        var history = history(seed, fault);
        for (int i = 0; i < 3; i++) {
            history.workers().join();
        }
        history.run(Duration.ofMinutes(4), true);
        return history.most() > limit(seed);
    }

    private static ConcurrencyHistory disturbed(long seed, Fault fault) {
        var history = history(seed, fault);
        history.workers().join();
        history.run(Duration.ofMinutes(2), true);
        return history;
    }

    /**
     * A worker leads, is frozen until its replacement reads none of its records, returns while the
     * replacement leads, and crashes.
     */
    private static ConcurrencyHistory withReturn(long seed, Fault fault) {
        var history = history(seed, fault);
        history.workers().join();
        history.run(Duration.ofMinutes(20), false);
        history.workers().freeze(FREEZE);
        history.run(FREEZE, false);
        history.workers().join();
        history.run(Duration.ofSeconds(90), false);
        history.workers().all.getFirst().crash();
        return history;
    }

    /** Returns true when a busy worker starts no call although all failures are over. */
    private static boolean isStarved(ConcurrencyHistory history) {
        history.workers().calm();
        history.run(Duration.ofMinutes(1), false);
        var present = history.workers().present();
        var before = present.stream().map(history::started).toList();
        history.run(Duration.ofMinutes(3), false);
        for (int i = 0; i < present.size(); i++) {
            if (history.started(present.get(i)) == before.get(i)) {
                return true;
            }
        }
        return false;
    }

    @Seeds(40)
    void callsOfAllWorkersStayWithinTheLimit(long seed) {
        assertThat(isViolated(seed, Fault.NONE)).isFalse();
    }

    @Seeds(20)
    void everyBusyWorkerIsServedWhenNothingFailsAnyMore(long seed) {
        assertThat(isStarved(disturbed(seed, Fault.NONE))).isFalse();
    }

    @Seeds(10)
    void leaderThatReturnsLateKeepsTheLimit(long seed) {
        var history = withReturn(seed, Fault.NONE);
        history.run(Duration.ofMinutes(1), true);
        assertThat(history.most()).isLessThanOrEqualTo(limit(seed));
    }

    @Seeds(5)
    void leaderThatReturnsLateStarvesNobody(long seed) {
        assertThat(isStarved(withReturn(seed, Fault.NONE))).isFalse();
    }

    @Nested
    @Tag("long")
    class WithADeliberateFault {
        @ParameterizedTest
        @EnumSource(
                names = {
                    "LEASE_IS_USED_AFTER_ITS_EXPIRY",
                    "OLD_LEADER_IS_OBEYED",
                    "NEW_LEADER_DOES_NOT_READ_THE_LOG",
                    "CALL_IS_SENT_WITHOUT_A_LEASE"
                })
        void limitIsExceeded(Fault fault) {
            assertThat(LongStream.range(0, 40).anyMatch(seed -> isViolated(seed, fault))).isTrue();
        }

        @Test
        void lostReleaseStarvesAWorker() {
            assertThat(
                            LongStream.range(0, 10)
                                    .anyMatch(
                                            seed ->
                                                    isStarved(
                                                            disturbed(
                                                                    seed, Fault.RELEASE_IS_LOST))))
                    .isTrue();
        }

        @Test
        void equalEpochsStarveTheReplacementOfALeader() {
            assertThat(isStarved(withReturn(1, Fault.EPOCHS_BEGIN_AGAIN))).isTrue();
        }
    }

    @Nested
    class WithWorkAndWithoutFailures {
        @ParameterizedTest
        @CsvSource({
            "1, 4, 2000, 0.93",
            "2, 4, 2000, 0.93",
            "5, 4, 2000, 0.93",
            "800, 5, 20000, 0.97",
            "40, 1, 200, 0.93"
        })
        void limitIsUsed(int limit, int count, long longestMillis, double part) {
            var longestCall = Duration.ofMillis(longestMillis);
            var history = new ConcurrencyHistory(7, limit, longestCall, Fault.NONE);
            for (int i = 0; i < count; i++) {
                history.workers().join();
            }
            history.run(Duration.ofMinutes(1), false);
            var before = history.workers().all.stream().map(history::started).toList();
            long used = history.usedNanos();
            history.run(Duration.ofMinutes(4), false);

            double use = (history.usedNanos() - used) / (4.0 * 60e9 * limit);
            assertThat(history.most()).isLessThanOrEqualTo(limit);
            assertThat(use).isGreaterThanOrEqualTo(part);
            var after = history.workers().all.stream().map(history::started).toList();
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += after.get(i) - before.get(i);
            }
            for (int i = 0; i < count; i++) {
                assertThat((double) (after.get(i) - before.get(i)) / sum)
                        .isBetween(0.75 / count, 1.35 / count);
            }
        }
    }
}
