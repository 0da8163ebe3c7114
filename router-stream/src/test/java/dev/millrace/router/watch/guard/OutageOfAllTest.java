package dev.millrace.router.watch.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arm has every hundredth job, as chance will have it. */
class OutageOfAllTest {
    private static final int JOBS_OF_A_WINDOW = 20_000;

    private static final GuardRule RULE =
            new GuardRule(
                    Optional.of(BigDecimal.valueOf(5)),
                    Optional.empty(),
                    Optional.empty(),
                    JOBS_OF_A_WINDOW / 100);

    private static Traffic traffic(long seed) {
        var traffic = new Traffic(RULE, seed);
        traffic.run(JOBS_OF_A_WINDOW, fail(0, 0));
        return traffic;
    }

    private static Traffic.Ends fail(double arm, double others) {
        return (isOfArm, random) ->
                new Outcome(random.nextDouble() < (isOfArm ? arm : others), 100, 1);
    }

    private static boolean tripsAfter(int failedJobs, long seed) {
        var traffic = traffic(seed);
        traffic.run(failedJobs, fail(1, 1));
        traffic.run(2 * JOBS_OF_A_WINDOW, fail(0, 0));
        return traffic.isBreached();
    }

    @Nested
    class WhenEverythingFailedForATime {
        @ParameterizedTest
        @ValueSource(ints = {3_000, 6_000, 10_000, 16_000, 30_000})
        void noneTripsWhileItLeavesTheWindow(int failedJobs) {
            assertThat(LongStream.range(0, 20).filter(seed -> tripsAfter(failedJobs, seed)))
                    .isEmpty();
        }

        @Test
        void anArmThatStaysBrokenTripsOnceTheOthersAreWell() {
            var traffic = traffic(1);
            traffic.run(JOBS_OF_A_WINDOW / 4, fail(1, 1));
            assertThat(traffic.isBreached()).isFalse();

            traffic.run(2 * JOBS_OF_A_WINDOW, fail(1, 0));

            assertThat(traffic.isBreached()).isTrue();
        }
    }

    @Nested
    class WhenAPartFailsEverywhere {
        @Test
        void noneTrips() {
            assertThat(
                            LongStream.range(0, 20)
                                    .mapToObj(OutageOfAllTest::traffic)
                                    .peek(it -> it.run(2 * JOBS_OF_A_WINDOW, fail(0.3, 0.3)))
                                    .filter(Traffic::isBreached))
                    .isEmpty();
        }

        @Test
        void anArmThatFailsMoreTrips() {
            var traffic = traffic(1);

            traffic.run(2 * JOBS_OF_A_WINDOW, fail(0.6, 0.3));

            assertThat(traffic.isBreached()).isTrue();
        }
    }
}
