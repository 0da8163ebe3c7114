package dev.millrace.router.canary.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** All arms are slow together; the arm gets a random hundredth of the jobs. */
class CommonSlownessTest {
    private static final int JOBS_OF_A_WINDOW = 20_000;

    private static final GuardRule RULE =
            new GuardRule(
                    Optional.empty(),
                    Optional.of(BigDecimal.valueOf(2)),
                    Optional.empty(),
                    JOBS_OF_A_WINDOW / 100);

    private static SimulatedTraffic traffic(long seed) {
        var traffic = new SimulatedTraffic(RULE, seed);
        traffic.run(JOBS_OF_A_WINDOW, latency(100, 100));
        return traffic;
    }

    private static SimulatedTraffic.Ends latency(int armMillis, int otherMillis) {
        return (isArmJob, random) -> {
            double spread = Math.exp(0.3 * random.nextGaussian());
            return new JobOutcome(false, (int) ((isArmJob ? armMillis : otherMillis) * spread), 1);
        };
    }

    private static boolean tripsAfter(int slowJobs, long seed) {
        var traffic = traffic(seed);
        traffic.run(slowJobs, latency(1_000, 1_000));
        traffic.run(2 * JOBS_OF_A_WINDOW, latency(100, 100));
        return traffic.isBreached();
    }

    @Nested
    class WhenAllArmsWereSlowForPartOfTheWindow {
        @Test
        void guardDoesNotTripWhileTheSlowPeriodLeavesTheWindow() {
            assertThat(LongStream.range(0, 10).filter(seed -> tripsAfter(800, seed))).isEmpty();
            assertThat(LongStream.range(0, 10).filter(seed -> tripsAfter(5_000, seed))).isEmpty();
        }

        @Test
        void armThatStaysSlowTripsOnceTheOthersRecover() {
            var traffic = traffic(1);
            traffic.run(JOBS_OF_A_WINDOW / 4, latency(1_000, 1_000));
            assertThat(traffic.isBreached()).isFalse();

            traffic.run(2 * JOBS_OF_A_WINDOW, latency(1_000, 100));

            assertThat(traffic.isBreached()).isTrue();
        }
    }
}
