package dev.millrace.router.watch.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The arm has every hundredth job, as chance will have it. */
class SlownessOfAllTest {
    private static final int JOBS_OF_A_WINDOW = 20_000;

    /** What ends with a rule, in the order of chance. */
    private static final class Traffic {
        private final GuardRule rule =
                new GuardRule(
                        Optional.empty(),
                        Optional.of(BigDecimal.valueOf(2)),
                        Optional.empty(),
                        JOBS_OF_A_WINDOW / 100);
        private final ArmWindow arm = rule.armWindow();
        private final OtherArms others = rule.otherArms();
        private final RandomGenerator random;
        private boolean isBreached;

        Traffic(long seed) {
            random = new Random(seed);
            run(JOBS_OF_A_WINDOW, 100, 100);
        }

        void run(int jobs, int armMillis, int othersMillis) {
            for (int i = 0; i < jobs && !isBreached; i++) {
                boolean ofArm = random.nextInt(100) == 0;
                double spread = Math.exp(0.3 * random.nextGaussian());
                int millis = (int) ((ofArm ? armMillis : othersMillis) * spread);
                var outcome = new Outcome(false, millis, 1);
                if (ofArm) {
                    arm.add(outcome);
                    others.onArm();
                } else {
                    others.add(outcome);
                }
                isBreached = rule.judge(arm, others).isPresent();
            }
        }
    }

    private static boolean tripsAfter(int slowJobs, long seed) {
        var traffic = new Traffic(seed);
        traffic.run(slowJobs, 1_000, 1_000);
        traffic.run(2 * JOBS_OF_A_WINDOW, 100, 100);
        return traffic.isBreached;
    }

    @Nested
    class WhenAllWereSlowForAPartOfTheWindow {
        @Test
        void noneTripsWhileItLeavesTheWindow() {
            assertThat(LongStream.range(0, 10).filter(seed -> tripsAfter(800, seed))).isEmpty();
            assertThat(LongStream.range(0, 10).filter(seed -> tripsAfter(5_000, seed))).isEmpty();
        }

        @Test
        void anArmThatStaysSlowTripsOnceTheOthersAreWell() {
            var traffic = new Traffic(1);
            traffic.run(JOBS_OF_A_WINDOW / 4, 1_000, 1_000);
            assertThat(traffic.isBreached).isFalse();

            traffic.run(2 * JOBS_OF_A_WINDOW, 1_000, 100);

            assertThat(traffic.isBreached).isTrue();
        }
    }
}
