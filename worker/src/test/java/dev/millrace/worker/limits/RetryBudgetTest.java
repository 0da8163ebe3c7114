package dev.millrace.worker.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final Duration WINDOW = Duration.ofSeconds(20);

    /** Start of the ticker, which overflows within the first windows. */
    private final long start = Long.MAX_VALUE - 7 * SECOND;

    private RetryBudget budget(double percent) {
        return new RetryBudget(percent, WINDOW, start);
    }

    /** Makes all allowed retries and returns their number. */
    private static int retryWhileAllowed(RetryBudget budget, long now) {
        int retries = 0;
        while (budget.waitNanos(now) == 0 && retries < 10_000) {
            budget.onCall(now, true);
            retries++;
        }
        return retries;
    }

    @Nested
    class WithRetriesOnly {
        @Test
        void oneRetryPerSecondIsAllowed() {
            assertThat(retryWhileAllowed(budget(0), start)).isEqualTo(20);
        }

        @Test
        void retriesContinueAfterTheWindow() {
            var budget = budget(0);
            retryWhileAllowed(budget, start);

            assertThat(retryWhileAllowed(budget, start + 22 * SECOND)).isEqualTo(20);
        }

        @Test
        void askingAfterTheReturnedWaitSucceeds() {
            var budget = budget(0);
            long now = start + SECOND;
            retryWhileAllowed(budget, now);
            long asked = 0;
            for (long wait = budget.waitNanos(now); wait > 0; wait = budget.waitNanos(now)) {
                assertThat(wait).isBetween(1L, 2 * SECOND);
                now += wait;
                asked++;
            }

            assertThat(now).isEqualTo(start + 22 * SECOND);
            assertThat(asked).isEqualTo(11);
        }

        @Test
        void windowBelowOneSecondAllowsOneRetry() {
            var budget = new RetryBudget(0, Duration.ofMillis(10), start);

            assertThat(retryWhileAllowed(budget, start)).isEqualTo(1);
        }
    }

    @Nested
    class WhenACallIsWithdrawn {
        @Test
        void withdrawnRetryIsAllowedInALaterBucket() {
            var budget = budget(0);
            retryWhileAllowed(budget, start);
            budget.onWithdrawn(start + 5 * SECOND, true);

            assertThat(retryWhileAllowed(budget, start + 5 * SECOND)).isEqualTo(1);
        }

        @Test
        void withdrawnCallAllowsNoRetries() {
            var budget = budget(20);
            for (int i = 0; i < 5; i++) {
                budget.onCall(start, false);
            }
            for (int i = 0; i < 5; i++) {
                budget.onWithdrawn(start, false);
            }

            assertThat(retryWhileAllowed(budget, start))
                    .isEqualTo(retryWhileAllowed(budget(20), start));
        }

        @Test
        void callIsWithdrawnOnlyOnce() {
            var budget = budget(0);
            budget.onWithdrawn(start, true);

            assertThat(retryWhileAllowed(budget, start)).isEqualTo(20);
        }
    }

    @Nested
    class WithOtherCalls {
        @Test
        void shareOfTheCallsIsAllowedInAddition() {
            var budget = budget(20);
            for (int i = 0; i < 1_000; i++) {
                budget.onCall(start, false);
            }

            // 20 + 0.2 × (1,000 + 275)
            assertThat(retryWhileAllowed(budget, start)).isEqualTo(275);
        }

        @Test
        void oldCallsAllowNothing() {
            var budget = budget(20);
            for (int i = 0; i < 1_000; i++) {
                budget.onCall(start, false);
            }

            assertThat(retryWhileAllowed(budget, start + 20 * SECOND)).isEqualTo(25);
        }

        @Test
        void hundredPercentAllowsRetriesOnly() {
            assertThat(retryWhileAllowed(budget(100), start)).isEqualTo(10_000);
        }
    }

    record Call(long at, boolean isRetry) {}

    @Property(tries = 200)
    void noWindowEndingWithARetryExceedsItsShare(
            @ForAll long seed,
            @ForAll long startNanos,
            @ForAll @DoubleRange(min = 0, max = 99) double percent,
            @ForAll @IntRange(min = 1, max = 40) int seconds) {
        var random = new SplittableRandom(seed);
        long window = seconds * SECOND;
        var budget = new RetryBudget(percent, Duration.ofNanos(window), startNanos);
        List<Call> calls = new ArrayList<>();
        long now = startNanos;
        for (int i = 0; i < 800; i++) {
            now += random.nextInt(20) == 0 ? random.nextLong(window) : random.nextLong(window / 50);
            boolean isRetry = random.nextInt(3) > 0 && budget.waitNanos(now) == 0;
            budget.onCall(now, isRetry);
            calls.add(new Call(now, isRetry));
            if (isRetry) {
                long end = now;
                var within = calls.stream().filter(it -> end - it.at < window).toList();
                long retries = within.stream().filter(Call::isRetry).count();

                assertThat((double) retries)
                        .isLessThanOrEqualTo(seconds + within.size() * percent / 100);
            }
        }
    }
}
