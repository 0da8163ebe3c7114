package dev.millrace.router.guards;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BaselineLatenciesTest {
    @Property
    void durationIsRoundedDownByLessThanAnEighth(
            @ForAll @IntRange(min = 0, max = Integer.MAX_VALUE) int millis) {
        int rounded = LatencyBuckets.rounded(millis);

        assertThat(rounded).isLessThanOrEqualTo(millis);
        assertThat(millis - rounded).isLessThanOrEqualTo(rounded / 8);
    }

    @Property
    void restoredCountsContinueLikeTheOriginal(
            @ForAll @IntRange(min = 1, max = 100) int capacity,
            @ForAll @Size(max = 300) List<@IntRange(min = -2, max = 5_000) Integer> before,
            @ForAll @Size(max = 300) List<@IntRange(min = -2, max = 5_000) Integer> after) {
        var latencies = new BaselineLatencies(capacity);
        add(before, latencies);
        var read = BaselineLatencies.read(latencies.encodeOrNull(), capacity);
        add(after, latencies);
        add(after, read);

        assertThat(read.encodeOrNull()).isEqualTo(latencies.encodeOrNull());
        assertThat(read.buckets().size()).isEqualTo(latencies.buckets().size());
        assertThat(read.buckets().p95()).isEqualTo(latencies.buckets().p95());
    }

    /**
     * Adds latencies of other arms' results; a negative number represents a job of the guarded arm.
     */
    private static void add(List<Integer> ends, BaselineLatencies latencies) {
        for (int end : ends) {
            if (end < 0) {
                latencies.onArmJob();
            } else {
                latencies.onOtherResult(end);
            }
        }
    }

    @Nested
    class WhenTheWindowHasMaximumSize {
        @Test
        void storedFormIsSmall() {
            var latencies = new BaselineLatencies(OutcomeWindow.MAX_SIZE);
            for (int i = 0; i < 2 * OutcomeWindow.MAX_SIZE; i++) {
                latencies.onArmJob();
                for (int millis = 1; millis < 1_000_000; millis *= 2) {
                    latencies.onOtherResult(millis);
                }
            }

            assertThat(latencies.encodeOrNull()).isNotNull().hasSizeLessThan(10_000);
        }
    }

    @Nested
    class WhenTheStoredVersionIsUnknown {
        @Test
        void countsAreEmpty() {
            var read = BaselineLatencies.read(new byte[] {9, 1, 1}, 10);

            assertThat(read.buckets().size()).isZero();
            assertThat(read.encodeOrNull()).isNull();
        }
    }
}
