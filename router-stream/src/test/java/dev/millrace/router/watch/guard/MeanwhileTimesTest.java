package dev.millrace.router.watch.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MeanwhileTimesTest {
    @Property
    void aTimeIsRoundedDownByLessThanAnEighth(
            @ForAll @IntRange(min = 0, max = Integer.MAX_VALUE) int millis) {
        int rounded = TimeCounts.rounded(millis);

        assertThat(rounded).isLessThanOrEqualTo(millis);
        assertThat(millis - rounded).isLessThanOrEqualTo(rounded / 8);
    }

    @Property
    void itGoesOnAsItWasStored(
            @ForAll @IntRange(min = 1, max = 100) int capacity,
            @ForAll @Size(max = 300) List<@IntRange(min = -2, max = 5_000) Integer> before,
            @ForAll @Size(max = 300) List<@IntRange(min = -2, max = 5_000) Integer> after) {
        var times = new MeanwhileTimes(capacity);
        add(before, times);
        var read = MeanwhileTimes.read(times.storedForm(), capacity);
        add(after, times);
        add(after, read);

        assertThat(read.storedForm()).isEqualTo(times.storedForm());
        assertThat(read.counts().size()).isEqualTo(times.counts().size());
        assertThat(read.counts().p95()).isEqualTo(times.counts().p95());
    }

    /** Times of the others; one less than 0 is a job of the arm. */
    private static void add(List<Integer> ends, MeanwhileTimes times) {
        for (int end : ends) {
            if (end < 0) {
                times.onArm();
            } else {
                times.onOther(end);
            }
        }
    }

    @Nested
    class WhenTheWindowIsTheLargest {
        @Test
        void whatIsStoredIsSmall() {
            var times = new MeanwhileTimes(ArmWindow.MOST);
            for (int i = 0; i < 2 * ArmWindow.MOST; i++) {
                times.onArm();
                for (int millis = 1; millis < 1_000_000; millis *= 2) {
                    times.onOther(millis);
                }
            }

            assertThat(times.storedForm()).isNotNull().hasSizeLessThan(10_000);
        }
    }

    @Nested
    class WhenTheStoreHoldsSomethingElse {
        @Test
        void itIsPassedOver() {
            var read = MeanwhileTimes.read(new byte[] {9, 1, 1}, 10);

            assertThat(read.counts().size()).isZero();
            assertThat(read.storedForm()).isNull();
        }
    }
}
