package dev.millrace.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.run.StallDetector.Stall;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class StallDetectorTest {
    private static final long QUIET_PERIOD = StallDetector.QUIET_PERIOD.toNanos();

    private final StallDetector stallDetector = new StallDetector();

    @Nested
    class WithoutAStoppedPartition {
        @Test
        void slowRunIsNeverStalled() {
            stallDetector.check(0, 0, 5, 0);
            assertThat(stallDetector.check(0, 0, 5, QUIET_PERIOD * 9)).isEqualTo(Stall.NONE);
        }
    }

    @Nested
    class WithAStoppedPartition {
        @Test
        void stallIsPartialWhileJobsAreOpen() {
            stallDetector.check(1, 3, 5, 0);
            assertThat(stallDetector.check(1, 3, 5, QUIET_PERIOD * 9)).isEqualTo(Stall.PARTIAL);
        }

        @Test
        void stallIsPartialWhileOutcomesArrive() {
            stallDetector.check(1, 0, 5, 0);
            stallDetector.check(1, 0, 5, QUIET_PERIOD - 1);
            assertThat(stallDetector.check(1, 0, 4, QUIET_PERIOD)).isEqualTo(Stall.PARTIAL);
            assertThat(stallDetector.check(1, 0, 4, QUIET_PERIOD + 1)).isEqualTo(Stall.PARTIAL);
        }

        @Test
        void stallIsTotalAfterTheQuietPeriod() {
            stallDetector.check(1, 0, 5, -7);
            stallDetector.check(1, 0, 5, -6);
            assertThat(stallDetector.check(1, 0, 5, -7 + QUIET_PERIOD)).isEqualTo(Stall.PARTIAL);
            assertThat(stallDetector.check(1, 0, 5, -6 + QUIET_PERIOD)).isEqualTo(Stall.TOTAL);
        }
    }
}
