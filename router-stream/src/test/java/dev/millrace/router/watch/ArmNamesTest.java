package dev.millrace.router.watch;

import static dev.millrace.router.watch.WatchDriver.guard;
import static dev.millrace.router.watch.WatchDriver.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.policy.Arm;
import dev.millrace.contracts.policy.Guard;
import dev.millrace.contracts.policy.Rule;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** One model is one arm, whichever of its names a rule writes: {@code newest} is {@code new}. */
class ArmNamesTest {
    private static final String FIRST = "p/1@v1";
    private static final String SECOND = "p/2@v1";

    private final WatchDriver driver = new WatchDriver();

    @AfterEach
    void close() {
        driver.close();
    }

    /** As {@link WatchDriver#rule}, with the catalog's name in place of the alias. */
    private static Rule ruleByName() {
        return new Rule(
                Optional.empty(),
                List.of(),
                List.of(new Arm("old", 90), new Arm("new", 10)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(
                        new Guard(
                                "new",
                                Optional.of(10.0),
                                Optional.empty(),
                                Optional.empty(),
                                WatchDriver.OVER)));
    }

    @Nested
    class WhenTwoRulesWriteDifferentNames {
        @Test
        void aTripOfTheOneIsATripOfTheOther() {
            driver.applied(1, rule(null, guard()), ruleByName()).start();

            driver.failed(FIRST, "new", 3);
            driver.failed(SECOND, "new", 50);

            assertThat(driver.told()).containsExactly("guard/p/new");
        }

        @Test
        void itIsSoBeforeControlShowsIt() {
            driver.isFollowing = false;
            driver.applied(1, rule(null, guard()), ruleByName()).start();
            driver.advance(WatchStep.TICK);

            driver.failed(FIRST, "new", 3);
            driver.failed(SECOND, "new", 50);

            assertThat(driver.told()).containsExactly("guard/p/new");
        }
    }

    @Nested
    class WhenAnEarlierVersionStoredTheTripUnderAnAlias {
        private final Trip trip =
                new Trip(
                        WatchDriver.START,
                        "v1",
                        1,
                        "3 errors",
                        9,
                        3,
                        BigDecimal.ONE,
                        Optional.empty());

        private ControlRecord underAlias(Trip stored) {
            return stored.record("p", "newest");
        }

        @Test
        void theArmIsWithoutAShare() {
            driver.write(underAlias(trip));
            driver.applied(1, ruleByName()).start();
            driver.advance(WatchStep.TICK);

            driver.failed(FIRST, "new", 50);

            assertThat(driver.told()).isEmpty();
            assertThat(driver.meter("millrace.router.guard.tripped")).isOne();
        }

        @Test
        void itCountsAgainWhenThatTripIsCleared() {
            driver.write(underAlias(trip));
            driver.applied(1, ruleByName()).start();
            driver.advance(WatchStep.TICK);
            driver.write(underAlias(trip.cleared(WatchDriver.START.plusSeconds(1))));
            driver.advance(Duration.ofMinutes(1));
            driver.advance(WatchStep.TICK);

            driver.failed(FIRST, "new", 3);

            assertThat(driver.told()).containsExactly("guard/p/new");
        }

        @Test
        void itsJobsCountAnewWhenThatTripIsCleared() {
            Instant cleared = WatchDriver.START.plusSeconds(1);
            driver.write(underAlias(trip.cleared(cleared)));

            driver.applied(1, ruleByName()).start();

            assertThat(driver.clearedMillis(FIRST)).isEqualTo(cleared.toEpochMilli());
        }
    }
}
