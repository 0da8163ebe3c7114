package dev.millrace.router.guards;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** All arms are faulty simultaneously; the guarded arm gets a random hundredth of the jobs. */
class CommonFaultTest {
    private static final int JOBS_OF_A_WINDOW = 20_000;

    enum Fault {
        OUTAGE,
        SLOWNESS;

        /**
         * Returns traffic with this fault.
         *
         * @param arm severity for the guarded arm, from 0 (no fault) to 1
         * @param others severity for the other arms
         */
        SimulatedTraffic.Ends jobs(double arm, double others) {
            return switch (this) {
                case OUTAGE ->
                        (isArmJob, random) ->
                                new JobOutcome(
                                        random.nextDouble() < (isArmJob ? arm : others), 100, 1);
                case SLOWNESS ->
                        (isArmJob, random) -> {
                            double median = 100 + 900 * (isArmJob ? arm : others);
                            double spread = Math.exp(0.3 * random.nextGaussian());
                            return new JobOutcome(false, (int) (median * spread), 1);
                        };
            };
        }

        /** Returns a guard against this fault, after a window without faults. */
        SimulatedTraffic traffic(long seed) {
            var rule =
                    new GuardRule(
                            Optional.of(BigDecimal.valueOf(5)).filter(_ -> this == OUTAGE),
                            Optional.of(BigDecimal.valueOf(2)).filter(_ -> this == SLOWNESS),
                            Optional.empty(),
                            JOBS_OF_A_WINDOW / 100);
            var traffic = new SimulatedTraffic(rule, seed);
            traffic.run(JOBS_OF_A_WINDOW, jobs(0, 0));
            return traffic;
        }

        boolean tripsAfter(int faultyJobs, long seed) {
            var traffic = traffic(seed);
            traffic.run(faultyJobs, jobs(1, 1));
            traffic.run(2 * JOBS_OF_A_WINDOW, jobs(0, 0));
            return traffic.isBreached();
        }
    }

    @Nested
    class WhenAllArmsHadTheFaultForATime {
        @ParameterizedTest
        @CsvSource({
            "OUTAGE, 3000, 20",
            "OUTAGE, 6000, 20",
            "OUTAGE, 10000, 20",
            "OUTAGE, 16000, 20",
            "OUTAGE, 30000, 20",
            "SLOWNESS, 800, 10",
            "SLOWNESS, 5000, 10"
        })
        void guardDoesNotTripWhileTheFaultLeavesTheWindow(Fault fault, int faultyJobs, int seeds) {
            assertThat(
                            LongStream.range(0, seeds)
                                    .filter(seed -> fault.tripsAfter(faultyJobs, seed)))
                    .isEmpty();
        }

        @ParameterizedTest
        @EnumSource
        void armThatKeepsTheFaultTripsOnceTheOthersRecover(Fault fault) {
            var traffic = fault.traffic(1);
            traffic.run(JOBS_OF_A_WINDOW / 4, fault.jobs(1, 1));
            assertThat(traffic.isBreached()).isFalse();

            traffic.run(2 * JOBS_OF_A_WINDOW, fault.jobs(1, 0));

            assertThat(traffic.isBreached()).isTrue();
        }
    }

    @Nested
    class WhenSomeJobsFailOnAllArms {
        @Test
        void guardDoesNotTrip() {
            var someFail = Fault.OUTAGE.jobs(0.3, 0.3);

            assertThat(
                            LongStream.range(0, 20)
                                    .mapToObj(Fault.OUTAGE::traffic)
                                    .peek(it -> it.run(2 * JOBS_OF_A_WINDOW, someFail))
                                    .filter(SimulatedTraffic::isBreached))
                    .isEmpty();
        }

        @Test
        void armThatFailsMoreOftenTrips() {
            var traffic = Fault.OUTAGE.traffic(1);

            traffic.run(2 * JOBS_OF_A_WINDOW, Fault.OUTAGE.jobs(0.6, 0.3));

            assertThat(traffic.isBreached()).isTrue();
        }
    }
}
