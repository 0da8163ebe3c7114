package dev.millrace.standalone.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.guard.GuardedPipeline.Ended;
import dev.millrace.standalone.report.PolicyReport;
import dev.millrace.standalone.report.ProgressLine;
import dev.millrace.standalone.report.ReportReader;
import dev.millrace.standalone.report.ReportReader.Question;
import dev.millrace.standalone.report.RuleFigures.GuardState;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole batch has been routed before its first call is made: the hardest case for a guard, which
 * hears of no end until nothing is left to be routed.
 */
class GuardIT {
    private static final Logger LOG = LoggerFactory.getLogger(GuardIT.class);
    private static final int JOBS = 8_000;
    private static final int MORE_JOBS = 500;
    private static final int OVER = 200;
    private static final String RULE =
            "ramp: { arm: new, steps: [25], each: { good_results: 100 } },"
                    + " guard: { arm: new, error_rate: 5, cost_ratio: 3, over: "
                    + OVER
                    + " }";

    @TempDir Path folder;

    /** What became of the first batch. */
    private record Outcome(Trip trip, long jobs, BigDecimal costUsd) {}

    private static List<Ended> ofTheNew(List<Ended> ends) {
        return ends.stream().filter(Ended::isOfTheNew).toList();
    }

    private static BigDecimal cost(List<Ended> ends) {
        return ofTheNew(ends).stream()
                .map(Ended::result)
                .map(ResultView::costUsd)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static Outcome run(GuardedPipeline pipeline) {
        pipeline.submit("first", JOBS);
        pipeline.awaitRouted();
        pipeline.work();
        Trip trip = pipeline.awaitTrip();
        List<Ended> first = pipeline.awaitEnds(JOBS);
        pipeline.submit("second", MORE_JOBS);
        List<Ended> all = pipeline.awaitEnds(JOBS + MORE_JOBS);

        LOG.atWarn()
                .addKeyValue("jobs", JOBS)
                .addKeyValue("jobsOfTheNew", ofTheNew(first).size())
                .addKeyValue("usdOfTheNew", cost(first).toPlainString())
                .addKeyValue("endedBeforeTheTrip", trip.jobs())
                .addKeyValue("reason", trip.reason())
                .log("What a guard let through of a batch that came at once");
        assertThat(all).hasSize(JOBS + MORE_JOBS);
        assertThat(ofTheNew(all)).as("after the trip").hasSameSizeAs(ofTheNew(first));
        assertReport(pipeline, all, trip);
        return new Outcome(trip, ofTheNew(first).size(), cost(first));
    }

    /** What the report says, against the results themselves. */
    private static void assertReport(GuardedPipeline pipeline, List<Ended> all, Trip trip) {
        var rule = report(pipeline).rules().getFirst();
        var old = rule.arms().getFirst();
        var fresh = rule.arms().getLast();

        assertThat(fresh.jobs().counted()).isEqualTo(ofTheNew(all).size());
        assertThat(old.jobs().counted() + fresh.jobs().counted()).isEqualTo(all.size());
        assertThat(fresh.money().costUsd()).isEqualByComparingTo(cost(all));
        assertThat(rule.guard().flatMap(GuardState::lastTrip)).contains(trip);
    }

    private static PolicyReport report(GuardedPipeline pipeline) {
        var config = pipeline.config();
        var question =
                new Question("default", Optional.empty(), Optional.empty(), config.policies());
        var quiet = new Terminal(System.out, System.err, false);
        return new ReportReader(pipeline.cluster(), config.catalog(), System::nanoTime)
                .read(question, new ProgressLine(quiet, System::nanoTime));
    }

    /** As many as the guard looks at, of each partition its part, rounded up. */
    private static long most(GuardedPipeline pipeline) {
        int partitions = pipeline.partitions();
        return (long) partitions * Math.ceilDiv(OVER, partitions);
    }

    @Nested
    class WhenTheNewModelFails {
        @Test
        void itGetsAsManyJobsAsItsGuardLooksAtAndCostsNothing() {
            try (var pipeline =
                    new GuardedPipeline(
                            folder, RULE, "{ failures: { context_length_exceeded: 1.0 } }", 2)) {
                Outcome outcome = run(pipeline);

                assertThat(outcome.jobs()).isEqualTo(most(pipeline));
                assertThat(outcome.costUsd()).isZero();
                assertThat(outcome.trip().errors()).as("more than 5 % of 200").isEqualTo(11);
            }
        }
    }

    @Nested
    class WhenTheNewModelIsFarTooDear {
        /** 50 tokens of output for 200 USD a million, and far fewer than 1,000 of input for 1. */
        private static final BigDecimal MOST_OF_AN_ANSWER = new BigDecimal("0.011");

        @Test
        void itGetsAsManyJobsAsItsGuardLooksAtAndCostsNoMoreThanThose() {
            try (var pipeline = new GuardedPipeline(folder, RULE, "{ latency: 20ms }", 200)) {
                Outcome outcome = run(pipeline);

                assertThat(outcome.jobs()).isEqualTo(most(pipeline));
                assertThat(outcome.costUsd())
                        .isPositive()
                        .isLessThan(MOST_OF_AN_ANSWER.multiply(BigDecimal.valueOf(outcome.jobs())));
                assertThat(outcome.trip().errors()).isZero();
            }
        }
    }
}
