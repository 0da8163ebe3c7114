package dev.millrace.router.watch;

import static dev.millrace.router.watch.WatchDriver.byResults;
import static dev.millrace.router.watch.WatchDriver.byTime;
import static dev.millrace.router.watch.WatchDriver.guard;
import static dev.millrace.router.watch.WatchDriver.rule;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What the step that watches does with ramps. */
class RampsInStepTest {
    private static final String V1 = "p/1@v1";
    private static final Duration TICK = WatchStep.TICK;

    private final WatchDriver driver = new WatchDriver();

    @AfterEach
    void close() {
        driver.close();
    }

    private static Instant after(Duration time) {
        return WatchDriver.START.plus(time);
    }

    @Nested
    class WhenARampGoesByResults {
        @Test
        void eachStepIsToldToControl() {
            driver.applied(1, rule(byResults(3), null)).start();
            driver.advance(TICK);
            assertThat(driver.told()).containsExactly("ramp/p/1");
            assertThat(driver.ramp(1, "v1").share()).isEqualTo(1.0);

            driver.good(V1, "new", 3);

            assertThat(driver.told()).containsExactly("ramp/p/1");
            assertThat(driver.ramp(1, "v1"))
                    .satisfies(
                            step -> {
                                assertThat(step.step()).isOne();
                                assertThat(step.share()).isEqualTo(5.0);
                                assertThat(step.arm()).isEqualTo("newest");
                            });
        }

        @Test
        void onlyGoodResultsOfItsArmCount() {
            driver.applied(1, rule(byResults(3), null)).start();
            driver.advance(TICK);
            driver.told();

            driver.good(V1, "old", 50);
            driver.failed(V1, "new", 50);

            assertThat(driver.told()).isEmpty();
        }

        @Test
        void theLastStepStays() {
            driver.applied(1, rule(byResults(3), null)).start();
            driver.good(V1, "new", 100);

            assertThat(driver.ramp(1, "v1").step()).isEqualTo(2);
            assertThat(driver.told()).hasSize(3);
        }

        @Test
        void theGaugeShowsItsShare() {
            driver.applied(1, rule(byResults(3), null)).start();
            driver.good(V1, "new", 3);

            assertThat(driver.meter("millrace.router.ramp.share")).isEqualTo(5.0);
        }
    }

    @Nested
    class WhenARampGoesByTime {
        @Test
        void itDoesSoWithoutAnyJob() {
            driver.applied(1, rule(byTime(Duration.ofMinutes(10)), null)).start();
            driver.advance(TICK);
            driver.told();

            driver.advance(Duration.ofMinutes(10));

            assertThat(driver.told()).containsExactly("ramp/p/1");
            assertThat(driver.ramp(1, "v1").share()).isEqualTo(5.0);
            assertThat(driver.ramp(1, "v1").since())
                    .isEqualTo(after(TICK.plus(Duration.ofMinutes(10))));
        }

        @Test
        void itGoesOnWhereControlHasIt() {
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
    class WhenARampedArmIsTakenAway {
        @Test
        void theRampStandsStill() {
            driver.applied(1, rule(byTime(Duration.ofMinutes(10)), guard())).start();
            driver.advance(TICK);
            driver.failed(V1, "new", 3);
            driver.told();

            driver.advance(Duration.ofHours(1));

            assertThat(driver.told()).isEmpty();
            assertThat(driver.meter("millrace.router.ramp.share")).isZero();
        }

        @Test
        void itsStepBeginsAgainWhenTheArmIsGivenBack() {
            driver.applied(1, rule(byTime(Duration.ofMinutes(10)), guard())).start();
            driver.advance(TICK);
            driver.failed(V1, "new", 3);
            driver.advance(Duration.ofHours(1));
            driver.told();
            driver.clear(after(Duration.ofHours(1)));

            driver.advance(TICK);
            assertThat(driver.ramp(1, "v1").step()).isZero();
            driver.advance(Duration.ofMinutes(10));

            assertThat(driver.ramp(1, "v1").step()).isOne();
            assertThat(driver.meter("millrace.router.ramp.share")).isEqualTo(5.0);
        }
    }
}
