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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Jobs come no faster than they are done, and a new model changes its behaviour meanwhile. */
class TripAndRampIT {
    private static final Logger LOG = LoggerFactory.getLogger(TripAndRampIT.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PACE = Duration.ofMillis(10);
    private static final int IN_A_ROW = 400;
    private static final int ERRORS_OF_A_BREACH = 11;
    private static final String GUARD = "guard: { arm: new, error_rate: 10, over: 100 }";
    private static final String RAMP =
            "ramp: { arm: new, steps: [5, 50, 100], each: { good_results: 20 } }";
    private static final String WELL = "{\"latency\":\"5ms\"}";
    private static final String BROKEN = "{\"failures\":{\"context_length_exceeded\":1}}";

    @TempDir private Path folder;
    private int sent;

    /** Sends a few jobs now and then until it is so. */
    private void sendUntil(GuardedPipeline pipeline, Callable<Boolean> isSo) {
        await().atMost(PATIENCE)
                .pollInterval(PACE)
                .until(
                        () -> {
                            pipeline.submit("batch-" + sent++, 4);
                            return isSo.call();
                        });
    }

    /** Whether the last results, in the order in which they came, are all like this. */
    private static boolean areTheLast(GuardedPipeline pipeline, Predicate<Ended> like) {
        List<Ended> ends = pipeline.look();
        return ends.size() > IN_A_ROW
                && ends.subList(ends.size() - IN_A_ROW, ends.size()).stream().allMatch(like);
    }

    @Nested
    class WhenANewModelIsBroken {
        @Test
        void itGetsNoMoreJobsUntilSomeoneClearsTheTrip() {
            try (var pipeline = new GuardedPipeline(folder, GUARD, WELL, 2).work()) {
                sendUntil(pipeline, () -> pipeline.look().size() > IN_A_ROW);
                assertThat(pipeline.look()).anyMatch(Ended::isOfTheNew);
                assertThat(pipeline.trip()).isEmpty();

                pipeline.newModel().behave(BROKEN);
                sendUntil(pipeline, () -> pipeline.trip().isPresent());
                Trip trip = pipeline.trip().orElseThrow();
                sendUntil(pipeline, () -> areTheLast(pipeline, it -> !it.isOfTheNew()));
                report(pipeline, trip);
                assertThat(trip.errors()).isEqualTo(ERRORS_OF_A_BREACH);

                pipeline.newModel().behave(WELL);
                pipeline.clear();
                sendUntil(pipeline, () -> !areTheLast(pipeline, it -> !it.isOfTheNew()));
                assertThat(pipeline.trip()).isEmpty();
            }
        }

        /** How soon it was, for whoever reads the log: nothing here depends on it. */
        private static void report(GuardedPipeline pipeline, Trip trip) {
            List<Instant> errors =
                    pipeline.look().stream()
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
                    .log("A model that broke while jobs came");
        }
    }

    @Nested
    class WhenANewModelDoesWell {
        @Test
        void itsRampGoesToItsEnd() {
            try (var pipeline = new GuardedPipeline(folder, RAMP, WELL, 2).work()) {
                sendUntil(pipeline, () -> areTheLast(pipeline, Ended::isOfTheNew));

                assertThat(pipeline.control().ramps().values())
                        .singleElement()
                        .satisfies(it -> assertThat(it.step()).isEqualTo(2));
            }
        }
    }
}
