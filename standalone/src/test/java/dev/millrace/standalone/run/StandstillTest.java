package dev.millrace.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.run.Standstill.Extent;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class StandstillTest {
    private static final long QUIET = Standstill.QUIET.toNanos();

    private final Standstill standstill = new Standstill();

    @Nested
    class WithoutAStoppedPartition {
        @Test
        void nothingStandsStillHoweverLongItTakes() {
            standstill.look(0, 0, 5, 0);
            assertThat(standstill.look(0, 0, 5, QUIET * 9)).isEqualTo(Extent.NONE);
        }
    }

    @Nested
    class WithAStoppedPartition {
        @Test
        void onlyAPartStandsStillWhileJobsAreOpen() {
            standstill.look(1, 3, 5, 0);
            assertThat(standstill.look(1, 3, 5, QUIET * 9)).isEqualTo(Extent.PART);
        }

        @Test
        void onlyAPartStandsStillWhileOutcomesArrive() {
            standstill.look(1, 0, 5, 0);
            standstill.look(1, 0, 5, QUIET - 1);
            assertThat(standstill.look(1, 0, 4, QUIET)).isEqualTo(Extent.PART);
            assertThat(standstill.look(1, 0, 4, QUIET + 1)).isEqualTo(Extent.PART);
        }

        @Test
        void allStandsStillWhenNothingHasGoneOnForAWhile() {
            standstill.look(1, 0, 5, -7);
            standstill.look(1, 0, 5, -6);
            assertThat(standstill.look(1, 0, 5, -7 + QUIET)).isEqualTo(Extent.PART);
            assertThat(standstill.look(1, 0, 5, -6 + QUIET)).isEqualTo(Extent.ALL);
        }
    }
}
