package dev.millrace.router.canary.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All arms fail together; the arm gets a random hundredth of the jobs. */
class CommonOutageTest {
    private static final int JOBS_OF_A_WINDOW = 20_000;

    private static final GuardRule RULE =
            new GuardRule(
                    Optional.of(BigDecimal.valueOf(5)),
                    Optional.empty(),
                    Optional.empty(),
                    JOBS_OF_A_WINDOW / 100);

    private static SimulatedTraffic traffic(long seed) {
        var traffic = new SimulatedTraffic(RULE, seed);
        traffic.run(JOBS_OF_A_WINDOW, fail(0, 0));
        return traffic;
    }

    private static SimulatedTraffic.Ends fail(double arm, double otherArms) {
        return (isArmJob, random) ->
                new JobOutcome(random.nextDouble() < (isArmJob ? arm : otherArms), 100, 1);
    }

    private static boolean tripsAfter(int failedJobs, long seed) {
        var traffic = traffic(seed);
        traffic.run(failedJobs, fail(1, 1));
        traffic.run(2 * JOBS_OF_A_WINDOW, fail(0, 0));
        return traffic.isBreached();
    }

    @Nested
    class WhenAllArmsFailedForATime {
        @ParameterizedTest
        @ValueSource(ints = {3_000, 6_000, 10_000, 16_000, 30_000})
        void guardDoesNotTripWhileTheOutageLeavesTheWindow(int failedJobs) {
            assertThat(LongStream.range(0, 20).filter(seed -> tripsAfter(failedJobs, seed)))
                    .isEmpty();
        }

        @Test
        void armThatStaysBrokenTripsOnceTheOthersRecover() {
            var traffic = traffic(1);
            traffic.run(JOBS_OF_A_WINDOW / 4, fail(1, 1));
            assertThat(traffic.isBreached()).isFalse();

            traffic.run(2 * JOBS_OF_A_WINDOW, fail(1, 0));

            assertThat(traffic.isBreached()).isTrue();
        }
    }

    @Nested
    class WhenSomeJobsFailOnAllArms {
        @Test
        void guardDoesNotTrip() {
            assertThat(
                            LongStream.range(0, 20)
                                    .mapToObj(CommonOutageTest::traffic)
                                    .peek(it -> it.run(2 * JOBS_OF_A_WINDOW, fail(0.3, 0.3)))
                                    .filter(SimulatedTraffic::isBreached))
                    .isEmpty();
        }

        @Test
        void armThatFailsMoreOftenTrips() {
            var traffic = traffic(1);

            traffic.run(2 * JOBS_OF_A_WINDOW, fail(0.6, 0.3));

            assertThat(traffic.isBreached()).isTrue();
        }
    }
}
