package dev.millrace.router.guards;

import static dev.millrace.router.guards.CanaryDriver.byResults;
import static dev.millrace.router.guards.CanaryDriver.byTime;
import static dev.millrace.router.guards.CanaryDriver.guard;
import static dev.millrace.router.guards.CanaryDriver.rule;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Ramps in {@link CanaryMonitorStep}. */
class RampMonitoringTest {
    private static final String V1 = "p/1@v1";
    private static final Duration TICK = CanaryMonitorStep.TICK;

    private final CanaryDriver driver = new CanaryDriver();

    @AfterEach
    void close() {
        driver.close();
    }

    private static Instant after(Duration time) {
        return CanaryDriver.START.plus(time);
    }

    @Nested
    class WhenARampMovesByResults {
        @Test
        void eachStepIsPublished() {
            driver.applied(1, rule(byResults(3), null)).start();
            driver.advance(TICK);
            assertThat(driver.published()).containsExactly("ramp/p/1");
            assertThat(driver.ramp(1, "v1").share()).isEqualTo(1.0);

            driver.good(V1, "new", 3);

            assertThat(driver.published()).containsExactly("ramp/p/1");
            assertThat(driver.ramp(1, "v1"))
                    .satisfies(
                            step -> {
                                assertThat(step.step()).isOne();
                                assertThat(step.share()).isEqualTo(5.0);
                                assertThat(step.arm()).isEqualTo("newest");
                            });
        }

        @Test
        void onlyGoodResultsOfTheRampedArmCount() {
            driver.applied(1, rule(byResults(3), null)).start();
            driver.advance(TICK);
            driver.published();

            driver.good(V1, "old", 50);
            driver.failed(V1, "new", 50);

            assertThat(driver.published()).isEmpty();
        }

        @Test
        void rampStaysAtItsLastStep() {
            driver.applied(1, rule(byResults(3), null)).start();
            driver.good(V1, "new", 100);

            assertThat(driver.ramp(1, "v1").step()).isEqualTo(2);
            assertThat(driver.published()).hasSize(3);
        }

        @Test
        void gaugeShowsTheShare() {
            driver.applied(1, rule(byResults(3), null)).start();
            driver.good(V1, "new", 3);

            assertThat(driver.meter("millrace.router.ramp.share")).isEqualTo(5.0);
        }
    }

    @Nested
    class WhenARampMovesByTime {
        @Test
        void rampMovesWithoutJobs() {
            driver.applied(1, rule(byTime(Duration.ofMinutes(10)), null)).start();
            driver.advance(TICK);
            driver.published();

            driver.advance(Duration.ofMinutes(10));

            assertThat(driver.published()).containsExactly("ramp/p/1");
            assertThat(driver.ramp(1, "v1").share()).isEqualTo(5.0);
            assertThat(driver.ramp(1, "v1").since())
                    .isEqualTo(after(TICK.plus(Duration.ofMinutes(10))));
        }

        @Test
        void restartedRampResumesAtTheStepInControl() {
            driver.applied(1, rule(byTime(Duration.ofMinutes(10)), null)).start();
            driver.advance(TICK);
            driver.advance(Duration.ofMinutes(10));
            driver.close();
            driver.start();

            driver.advance(TICK);

            assertThat(driver.ramp(1, "v1").step()).isOne();
        }
    }

    @Nested
    class WhenARampedArmHasTripped {
        @Test
        void rampPauses() {
            driver.applied(1, rule(byTime(Duration.ofMinutes(10)), guard())).start();
            driver.advance(TICK);
            driver.failed(V1, "new", 3);
            driver.published();

            driver.advance(Duration.ofHours(1));

            assertThat(driver.published()).isEmpty();
            assertThat(driver.meter("millrace.router.ramp.share")).isZero();
        }

        @Test
        void clearingRestartsTheStep() {
            driver.applied(1, rule(byTime(Duration.ofMinutes(10)), guard())).start();
            driver.advance(TICK);
            driver.failed(V1, "new", 3);
            driver.advance(Duration.ofHours(1));
            driver.published();
            driver.clear(after(Duration.ofHours(1)));

            driver.advance(TICK);
            assertThat(driver.ramp(1, "v1").step()).isZero();
            driver.advance(Duration.ofMinutes(10));

            assertThat(driver.ramp(1, "v1").step()).isOne();
            assertThat(driver.meter("millrace.router.ramp.share")).isEqualTo(5.0);
        }
    }
}
