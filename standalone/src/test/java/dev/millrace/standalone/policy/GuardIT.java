package dev.millrace.standalone.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.standalone.report.RuleFigures.GuardNow;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole batch comes at once, far faster than calls end: the hardest case for a guard. */
class GuardIT {
    private static final int JOBS = 8_000;
    private static final int MORE_JOBS = 500;

    @TempDir Path folder;

    private static long ofTheNew(List<ResultView> results) {
        return results.stream().filter(it -> Objects.equals(it.model(), "new")).count();
    }

    private static BigDecimal cost(List<ResultView> results) {
        return results.stream()
                .filter(it -> Objects.equals(it.model(), "new"))
                .map(ResultView::costUsd)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** Runs both batches and returns the first one's results. */
    private static List<ResultView> run(GuardedPipeline pipeline) throws IOException {
        pipeline.submit("first", JOBS);
        Trip trip = pipeline.awaitTrip();
        List<ResultView> first = pipeline.awaitResults(JOBS);
        pipeline.submit("second", MORE_JOBS);
        List<ResultView> all = pipeline.awaitResults(JOBS + MORE_JOBS);

        System.out.printf(
                "of %d jobs at once the new model got %d, for %s USD: %s%n",
                JOBS, ofTheNew(first), cost(first).toPlainString(), trip.reason());
        assertThat(all).hasSize(JOBS + MORE_JOBS);
        assertThat(ofTheNew(all)).as("after the trip").isEqualTo(ofTheNew(first));
        assertReport(pipeline, all, trip);
        return first;
    }

    /** What the report says, against the results themselves. */
    private static void assertReport(GuardedPipeline pipeline, List<ResultView> all, Trip trip) {
        var rule = pipeline.report().rules().getFirst();
        var old = rule.arms().getFirst();
        var fresh = rule.arms().getLast();

        assertThat(fresh.jobs().counted()).isEqualTo(ofTheNew(all));
        assertThat(old.jobs().counted() + fresh.jobs().counted()).isEqualTo(all.size());
        assertThat(fresh.money().costUsd()).isEqualByComparingTo(cost(all));
        assertThat(rule.guard().flatMap(GuardNow::lastTrip)).contains(trip);
    }

    @Nested
    class WhenTheNewModelFails {
        @Test
        void itGetsAboutAsManyJobsAsItsGuardLooksAt() throws IOException {
            try (var pipeline =
                    new GuardedPipeline(
                            folder, "{ failures: { context_length_exceeded: 1.0 } }", 2)) {
                assertThat(ofTheNew(run(pipeline))).isLessThan(3 * GuardedPipeline.OVER);
            }
        }
    }

    @Nested
    class WhenTheNewModelIsFarTooDear {
        @Test
        void itIsStoppedLongBeforeItHasAllOfItsShare() throws IOException {
            try (var pipeline = new GuardedPipeline(folder, "{ latency: 20ms }", 200)) {
                assertThat(ofTheNew(run(pipeline))).isLessThan(JOBS / 8);
            }
        }
    }
}
