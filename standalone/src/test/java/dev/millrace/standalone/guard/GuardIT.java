package dev.millrace.standalone.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.standalone.guard.GuardedPipeline.Ended;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Guards of a batch that is routed completely before its first call. This is the hardest case: the
 * guard sees no outcome before every job is routed.
 */
@Tag("long")
class GuardIT {
    private static final Logger LOG = LoggerFactory.getLogger(GuardIT.class);
    private static final int JOBS = 8_000;
    private static final int MORE_JOBS = 500;
    private static final int GUARD_WINDOW = 200;
    private static final String RULE =
            "ramp: { arm: new, steps: [25], each: { good_results: 100 } },"
                    + " guard: { arm: new, error_rate: 5, cost_ratio: 3, over: "
                    + GUARD_WINDOW
                    + " }";

    @TempDir Path folder;

    /** The outcome of the first batch. */
    private record Outcome(Trip trip, long jobs, BigDecimal costUsd) {}

    private static List<Ended> ofNewModel(List<Ended> ends) {
        return ends.stream().filter(Ended::isOfNewModel).toList();
    }

    private static BigDecimal cost(List<Ended> ends) {
        return ofNewModel(ends).stream()
                .map(Ended::result)
                .map(ResultView::costUsd)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static Outcome run(GuardedPipeline pipeline) {
        pipeline.submit("first", JOBS);
        pipeline.awaitRouted();
        pipeline.startWorker();
        Trip trip = pipeline.awaitTrip();
        List<Ended> first = pipeline.awaitFinished(JOBS);
        pipeline.submit("second", MORE_JOBS);
        List<Ended> all = pipeline.awaitFinished(JOBS + MORE_JOBS);

        LOG.atWarn()
                .addKeyValue("jobs", JOBS)
                .addKeyValue("jobsOfNewModel", ofNewModel(first).size())
                .addKeyValue("usdOfNewModel", cost(first).toPlainString())
                .addKeyValue("endedBeforeTheTrip", trip.jobs())
                .addKeyValue("reason", trip.reason())
                .log("jobs that a guard let through before it tripped");
        assertThat(all).hasSize(JOBS + MORE_JOBS);
        assertThat(ofNewModel(all)).as("after the trip").hasSameSizeAs(ofNewModel(first));
        return new Outcome(trip, ofNewModel(first).size(), cost(first));
    }

    /**
     * Returns the maximum number of jobs that the guard lets through: its window, divided among the
     * partitions and rounded up.
     */
    private static long maxJobsOfNewModel(GuardedPipeline pipeline) {
        int partitions = pipeline.partitions();
        return (long) partitions * Math.ceilDiv(GUARD_WINDOW, partitions);
    }

    @Nested
    class WhenTheNewModelFails {
        @Test
        void newModelGetsOneGuardWindowOfJobsAndCostsNothing() {
            try (var pipeline =
                    new GuardedPipeline(folder, RULE, "{ failures: { content_filter: 1.0 } }", 2)) {
                Outcome outcome = run(pipeline);

                assertThat(outcome.jobs()).isEqualTo(maxJobsOfNewModel(pipeline));
                assertThat(outcome.costUsd()).isZero();
                assertThat(outcome.trip().errors()).as("more than 5 % of 200").isEqualTo(11);
            }
        }
    }

    @Nested
    class WhenTheNewModelIsTooExpensive {
        /**
         * Upper bound of 50 output tokens at 200 USD per million and fewer than 1,000 input tokens
         * at 1 USD.
         */
        private static final BigDecimal MAX_USD_PER_ANSWER = new BigDecimal("0.011");

        @Test
        void newModelGetsOneGuardWindowOfJobsAndCostsNoMore() {
            try (var pipeline = new GuardedPipeline(folder, RULE, "{ latency: 20ms }", 200)) {
                Outcome outcome = run(pipeline);

                assertThat(outcome.jobs()).isEqualTo(maxJobsOfNewModel(pipeline));
                assertThat(outcome.costUsd())
                        .isPositive()
                        .isLessThan(
                                MAX_USD_PER_ANSWER.multiply(BigDecimal.valueOf(outcome.jobs())));
                assertThat(outcome.trip().errors()).isZero();
            }
        }
    }
}
