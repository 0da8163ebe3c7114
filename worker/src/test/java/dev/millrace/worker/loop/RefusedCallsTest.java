package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Limits;
import dev.millrace.worker.loop.ProviderModel.Failure;
import dev.millrace.worker.loop.ProviderModel.Reply;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Refused calls (429) of the real loop in simulated time: what random ones cost, and how many a
 * hidden limit causes. The breaker is off. Prints its figures.
 */
@Tag("slow")
class RefusedCallsTest {
    private static final Duration REFUSAL = Duration.ofMillis(50);
    private static final Duration DAY = Duration.ofDays(1);
    private static final String WORKER = "breaker: { failure_rate: 100 }, max_in_flight: ";
    private static final double SPREAD = 0.3;
    private static final int SEEDS = 3;

    private static Reply refused() {
        return Failure.RATE_LIMITED.after(REFUSAL);
    }

    private static ProviderModel answering(double seconds, long seed) {
        var median = Duration.ofMillis((long) (1_000 * seconds));
        return ProviderModel.answering(ProviderModel.spread(median, SPREAD, seed));
    }

    private static ClosedLoop run(
            int jobs, int slots, Limits limits, long seed, ProviderModel provider) {
        var settings = new ClosedLoop.Settings(jobs, WORKER + slots, limits, seed);
        return new ClosedLoop(settings, provider).runUntil(DAY);
    }

    private static double seconds(ClosedLoop run) {
        return Objects.requireNonNull(run.lastFinished()).toMillis() / 1e3;
    }

    /** Returns the mean time of a run. */
    private static double seconds(
            int jobs, Limits limits, double answer, UnaryOperator<ProviderModel> refusals) {
        double sum = 0;
        for (int seed = 1; seed <= SEEDS; seed++) {
            sum += seconds(run(jobs, 100, limits, seed, refusals.apply(answering(answer, seed))));
        }
        return sum / SEEDS;
    }

    private static Limits perMinute(long limit) {
        OptionalLong none = OptionalLong.empty();
        OptionalLong requests = limit == 0 ? none : OptionalLong.of(limit);
        return new Limits(none, requests, none, none, none, none, none);
    }

    @ParameterizedTest
    @CsvSource({
        "0.1, 30000, 0", "1, 3000, 0", "5, 1000, 0", "15, 1000, 0", "60, 500, 0",
        "1, 200, 60", "15, 200, 60", "60, 200, 60", "1, 30, 1", "60, 30, 1"
    })
    void randomRefusalsCostAFifthAtMost(double answer, int jobs, long perMinute) {
        Limits limits = perMinute(perMinute);
        double clean = seconds(jobs, limits, answer, it -> it);
        for (double share : new double[] {0.05, 0.1}) {
            double with =
                    seconds(
                            jobs,
                            limits,
                            answer,
                            it -> it.failing(share, RefusedCallsTest::refused, 1));
            System.out.printf(
                    Locale.ROOT,
                    "%.0f %% random refusals, answers of %.1f s, limit %d a minute: %.2f of %.1f s%n",
                    100 * share,
                    answer,
                    perMinute,
                    with / clean,
                    clean);
            assertThat(with / clean).isLessThan(1.2);
        }
    }

    /** The last number is the largest share of refused calls, in percent. */
    @ParameterizedTest
    @CsvSource({
        "2, 2, 0.1, 13",
        "2, 2, 1, 12",
        "2, 2, 5, 14",
        "2, 2, 15, 13",
        "2, 2, 60, 22",
        "50, 50, 0.1, 4",
        "50, 50, 1, 9",
        "50, 50, 5, 3",
        "50, 50, 15, 3",
        "50, 50, 60, 5",
        "500, 500, 0.1, 3",
        "500, 500, 1, 6",
        "500, 500, 5, 2",
        "1, 60, 0.1, 9",
        "1, 60, 1, 13",
        "1, 60, 5, 25",
        "1, 60, 15, 15",
        "1, 60, 60, 33"
    })
    void hiddenRateRefusesFewCalls(double perSecond, int burst, double answer, double percent) {
        int jobs = (int) Math.max(1_500, 30 * perSecond);
        double refused =
                refused(
                        perSecond + " a second, burst " + burst,
                        answer,
                        jobs,
                        (jobs - burst) / perSecond + answer,
                        it ->
                                answering(answer, it)
                                        .withBucket(perSecond, burst, RefusedCallsTest::refused));

        assertThat(100 * refused).isLessThan(percent);
    }

    @ParameterizedTest
    @CsvSource({"0.1, 8", "1, 4", "5, 4", "15, 5", "60, 18"})
    void hiddenConcurrencyRefusesFewCalls(double answer, double percent) {
        double refused =
                refused(
                        "50 in flight",
                        answer,
                        1_500,
                        1_500 / 50.0 * answer * Math.exp(SPREAD * SPREAD / 2),
                        it -> answering(answer, it).withConcurrency(50, RefusedCallsTest::refused));

        assertThat(100 * refused).isLessThan(percent);
    }

    private interface SeededProvider {
        ProviderModel of(long seed);
    }

    /**
     * Returns the mean share of refused calls, after printing it with the mean time.
     *
     * @param seconds time of the jobs if all calls start exactly at the limit
     */
    private static double refused(
            String limit, double answer, int jobs, double seconds, SeededProvider provider) {
        double time = 0;
        double refused = 0;
        for (int seed = 1; seed <= SEEDS; seed++) {
            ClosedLoop run = run(jobs, 2_000, Limits.NONE, seed, provider.of(seed));
            time += seconds(run) / SEEDS;
            refused += (double) run.failedUntil(DAY) / run.calls().size() / SEEDS;
        }
        System.out.printf(
                Locale.ROOT,
                "hidden limit of %s, answers of %.1f s: %.1f %% refused, %.2f of %.0f s%n",
                limit,
                answer,
                100 * refused,
                time / seconds,
                seconds);
        return refused;
    }
}
