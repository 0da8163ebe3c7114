package dev.millrace.quota.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.quota.ConcurrencyPermits;
import dev.millrace.quota.LeaseTimes;
import dev.millrace.quota.SharedLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Runs workers whose calls need permits of two shared limits, such as the limits of a model and of
 * its provider.
 */
@Tag("slow")
class TwoLimitsSimulationTest {
    private static final Duration TIME = Duration.ofMinutes(2);

    /** One history of busy workers without failures. */
    private static final class History {
        final SplittableRandom random;
        final Duration call;
        final List<Workers<ConcurrencyPermits>> limits = new ArrayList<>();
        final List<Call> calls = new ArrayList<>();
        final int[] started;
        long usedNanos;

        private record Call(int worker, long ends) {}

        History(long seed, int count, Duration call, int... limits) {
            random = new SplittableRandom(seed);
            this.call = call;
            started = new int[count];
            var times = new LeaseTimes(Duration.ofSeconds(3), Duration.ofMillis(250));
            for (int limit : limits) {
                var workers =
                        new Workers<ConcurrencyPermits>(
                                random.split(),
                                Fault.NONE,
                                (session, chance, now) ->
                                        SharedLimit.concurrency(
                                                session, limit, call, times, chance, now));
                for (int i = 0; i < count; i++) {
                    workers.join();
                }
                this.limits.add(workers);
            }
        }

        private long now() {
            return limits.getFirst().now;
        }

        private List<Participant<ConcurrencyPermits>> of(int worker) {
            return limits.stream().map(it -> it.all.get(worker)).toList();
        }

        void run(Duration time) {
            for (long end = now() + time.toNanos(); now() < end; ) {
                limits.forEach(Workers::step);
                calls.removeIf(this::hasEnded);
                for (int worker = 0; worker < started.length; worker++) {
                    start(worker);
                }
                usedNanos += calls.size() * Workers.STEP;
            }
        }

        /** Returns the part of a limit that was used. */
        double use(int limit) {
            return (double) usedNanos / now() / limit;
        }

        private boolean hasEnded(Call running) {
            if (running.ends > now()) {
                return false;
            }
            of(running.worker).forEach(it -> it.limit.permits().giveBack(it.clock(now())));
            return true;
        }

        /**
         * Starts a call if all limits permit it. Asks a limit only after all earlier limits permit
         * the call.
         */
        private void start(int worker) {
            boolean isPermitted = true;
            for (Participant<ConcurrencyPermits> it : of(worker)) {
                isPermitted = isPermitted && it.limit.permits().waitNanos(it.clock(now())) == 0;
            }
            if (isPermitted) {
                of(worker)
                        .forEach(
                                it ->
                                        assertThat(it.limit.permits().take(it.clock(now())))
                                                .isTrue());
                long half = call.toNanos() / 2;
                calls.add(new Call(worker, now() + half + random.nextLong(half)));
                started[worker]++;
            }
        }
    }

    /**
     * Two rules prevent a livelock: all workers ask limits in one order, and a call that waits for
     * a second limit keeps the first permit. Without these rules, two workers could swap permits
     * forever and start no call.
     */
    @ParameterizedTest
    @CsvSource({
        "1, 1, 2, 200, 0.93",
        "1, 1, 4, 2000, 0.93",
        "1, 2, 3, 500, 0.93",
        "2, 1, 3, 500, 0.75",
        "2, 2, 4, 500, 0.93",
        "5, 5, 4, 500, 0.93"
    })
    void bothLimitsAreUsedByAllWorkers(
            int first, int second, int count, long callMillis, double part) {
        for (long seed = 0; seed < 5; seed++) {
            var history = new History(seed, count, Duration.ofMillis(callMillis), first, second);
            history.run(TIME);

            int sum = Arrays.stream(history.started).sum();
            assertThat(history.use(Math.min(first, second))).isGreaterThan(part);
            for (int started : history.started) {
                assertThat((double) started / sum).isGreaterThan(0.7 / count);
            }
        }
    }
}
