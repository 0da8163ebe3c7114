package dev.millrace.router.guards;

import static dev.millrace.router.guards.CanaryDriver.guard;
import static dev.millrace.router.guards.CanaryDriver.rule;
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

/** A model is one arm under all its names; {@code newest} is an alias of {@code new}. */
class ArmAliasTest {
    private static final String FIRST = "p/1@v1";
    private static final String SECOND = "p/2@v1";

    private final CanaryDriver driver = new CanaryDriver();

    @AfterEach
    void close() {
        driver.close();
    }

    /** Returns {@link CanaryDriver#rule} with the catalog's name instead of the alias. */
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
                                CanaryDriver.OVER)));
    }

    @Nested
    class WhenTwoRulesUseDifferentNames {
        @Test
        void tripOfOneRuleAppliesToTheOther() {
            driver.applied(1, rule(null, guard()), ruleByName()).start();

            driver.failed(FIRST, "new", 3);
            driver.failed(SECOND, "new", 50);

            assertThat(driver.published()).containsExactly("guard/p/new");
        }

        @Test
        void tripAppliesBeforeControlShowsIt() {
            driver.isFollowing = false;
            driver.applied(1, rule(null, guard()), ruleByName()).start();
            driver.advance(CanaryMonitorStep.TICK);

            driver.failed(FIRST, "new", 3);
            driver.failed(SECOND, "new", 50);

            assertThat(driver.published()).containsExactly("guard/p/new");
        }
    }

    @Nested
    class WhenTheNameOfATripHasBecomeAnAlias {
        private final Trip trip =
                new Trip(
                        CanaryDriver.START,
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
        void armStaysTripped() {
            driver.write(underAlias(trip));
            driver.applied(1, ruleByName()).start();
            driver.advance(CanaryMonitorStep.TICK);

            driver.failed(FIRST, "new", 50);

            assertThat(driver.published()).isEmpty();
            assertThat(driver.meter("millrace.router.guard.tripped")).isOne();
        }

        @Test
        void guardCountsAgainAfterTheTripIsCleared() {
            driver.write(underAlias(trip));
            driver.applied(1, ruleByName()).start();
            driver.advance(CanaryMonitorStep.TICK);
            driver.write(underAlias(trip.cleared(CanaryDriver.START.plusSeconds(1))));
            driver.advance(Duration.ofMinutes(1));
            driver.advance(CanaryMonitorStep.TICK);

            driver.failed(FIRST, "new", 3);

            assertThat(driver.published()).containsExactly("guard/p/new");
        }

        @Test
        void clearingUnderTheAliasIsFound() {
            Instant cleared = CanaryDriver.START.plusSeconds(1);
            driver.write(underAlias(trip.cleared(cleared)));

            driver.applied(1, ruleByName()).start();

            assertThat(driver.clearedMillis(FIRST)).isEqualTo(cleared.toEpochMilli());
        }
    }
}
