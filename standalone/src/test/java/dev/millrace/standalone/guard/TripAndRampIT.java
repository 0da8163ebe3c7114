package dev.millrace.standalone.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.control.Trip;
import dev.millrace.standalone.guard.GuardedPipeline.Ended;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Guards and ramps under a steady load, while the new model changes its behaviour. */
@Tag("long")
class TripAndRampIT {
    private static final Logger LOG = LoggerFactory.getLogger(TripAndRampIT.class);
    private static final Duration SEND_INTERVAL = Duration.ofMillis(10);
    private static final int IN_A_ROW = 400;
    private static final int ERRORS_OF_A_BREACH = 11;
    private static final String GUARD = "guard: { arm: new, error_rate: 10, over: 100 }";
    private static final String RAMP =
            "ramp: { arm: new, steps: [5, 50, 100], each: { good_results: 20 } }";
    private static final String HEALTHY = "{\"latency\":\"5ms\"}";
    private static final String BROKEN = "{\"failures\":{\"content_filter\":1}}";

    @TempDir private Path folder;
    private int sent;

    /** Submits a few jobs at an interval until the condition holds. */
    private void sendUntil(GuardedPipeline pipeline, Callable<Boolean> condition) {
        await().pollInterval(SEND_INTERVAL)
                .until(
                        () -> {
                            pipeline.submit("batch-" + sent++, 4);
                            return condition.call();
                        });
    }

    /** Returns true when the latest results all match the predicate. */
    private static boolean latestAll(GuardedPipeline pipeline, Predicate<Ended> predicate) {
        List<Ended> ends = pipeline.poll();
        return ends.size() > IN_A_ROW
                && ends.subList(ends.size() - IN_A_ROW, ends.size()).stream().allMatch(predicate);
    }

    @Nested
    class WhenANewModelIsBroken {
        @Test
        void newModelGetsNoJobsUntilTheTripIsCleared() {
            try (var pipeline = new GuardedPipeline(folder, GUARD, HEALTHY, 2).startWorker()) {
                sendUntil(pipeline, () -> pipeline.poll().size() > IN_A_ROW);
                assertThat(pipeline.poll()).anyMatch(Ended::isOfNewModel);
                assertThat(pipeline.trip()).isEmpty();

                pipeline.newModel().behave(BROKEN);
                sendUntil(pipeline, () -> pipeline.trip().isPresent());
                Trip trip = pipeline.trip().orElseThrow();
                sendUntil(pipeline, () -> latestAll(pipeline, it -> !it.isOfNewModel()));
                report(pipeline, trip);
                assertThat(trip.errors()).isEqualTo(ERRORS_OF_A_BREACH);

                pipeline.newModel().behave(HEALTHY);
                pipeline.clear();
                sendUntil(pipeline, () -> !latestAll(pipeline, it -> !it.isOfNewModel()));
                assertThat(pipeline.trip()).isEmpty();
            }
        }

        /** Logs the delays, for information only. */
        private static void report(GuardedPipeline pipeline, Trip trip) {
            List<Instant> errors =
                    pipeline.poll().stream()
                            .filter(Ended::isError)
                            .map(Ended::at)
                            .sorted()
                            .toList();
            Instant breach = errors.get(ERRORS_OF_A_BREACH - 1);
            LOG.atWarn()
                    .addKeyValue("errors", errors.size())
                    .addKeyValue(
                            "tripMillisAfterTheBreach",
                            Duration.between(breach, trip.trippedAt()).toMillis())
                    .addKeyValue(
                            "lastErrorMillisAfterTheBreach",
                            Duration.between(breach, errors.getLast()).toMillis())
                    .log("guard tripped a model under steady load");
        }
    }

    @Nested
    class WhenANewModelIsHealthy {
        @Test
        void rampReachesItsLastStep() {
            try (var pipeline = new GuardedPipeline(folder, RAMP, HEALTHY, 2).startWorker()) {
                sendUntil(pipeline, () -> latestAll(pipeline, Ended::isOfNewModel));

                assertThat(pipeline.control().ramps().values())
                        .singleElement()
                        .satisfies(it -> assertThat(it.step()).isEqualTo(2));
            }
        }
    }
}
