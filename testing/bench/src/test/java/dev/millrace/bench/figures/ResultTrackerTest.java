package dev.millrace.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ResultTrackerTest {
    private static ResultTracker tracker(long... numbers) {
        var tracker = new ResultTracker(3);
        LongStream.of(numbers).forEach(tracker::add);
        return tracker;
    }

    @Nested
    class WithOneResultForEachJob {
        @Test
        void anyOrderIsAccepted() {
            assertThat(tracker(2, 0, 1).problem()).isEmpty();
        }
    }

    @Nested
    class WithWrongResults {
        @Test
        void missingResultIsReported() {
            assertThat(tracker(2, 0).problem())
                    .contains(
                            "2 of 3 jobs have a result, 0 results are repeated, 0 belong to no job");
        }

        @Test
        void repeatedResultIsReported() {
            assertThat(tracker(2, 0, 1, 2).problem())
                    .contains(
                            "3 of 3 jobs have a result, 1 results are repeated, 0 belong to no job");
        }

        @Test
        void resultOfNoJobIsReported() {
            assertThat(tracker(2, 0, 1, 3, -1).problem())
                    .contains(
                            "3 of 3 jobs have a result, 0 results are repeated, 2 belong to no job");
        }
    }
}
