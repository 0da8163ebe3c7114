package dev.millrace.standalone.policy.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
    private static LatencyHistogram of(LongStream millis) {
        var histogram = new LatencyHistogram();
        millis.forEach(histogram::add);
        return histogram;
    }

    @Property
    void percentileDiffersFromTheNearestRankByAtMostOne256th(
            @ForAll @Size(min = 1, max = 200)
                    List<@LongRange(max = LatencyHistogram.LONGEST_MILLIS) Long> millis,
            @ForAll @IntRange(min = 1, max = 100) int percent) {
        var sorted = millis.stream().sorted().toList();
        var exact = sorted.get((int) Math.ceil(sorted.size() * percent / 100.0) - 1);

        var read = of(millis.stream().mapToLong(it -> it)).percentile(percent).orElseThrow();

        assertThat((double) read).isCloseTo(exact, Offset.offset(exact / 256.0));
    }

    @Property
    void percentileIsExactBelow256Milliseconds(@ForAll @LongRange(max = 255) long millis) {
        assertThat(of(LongStream.of(millis)).percentile(50)).hasValue(millis);
    }

    @Nested
    class AtTheLimits {
        @Test
        void percentileIsEmptyWithoutACall() {
            assertThat(of(LongStream.empty()).percentile(95)).isEmpty();
        }

        @Test
        void tooLongDurationCountsAsTheMaximum() {
            assertThat(of(LongStream.of(Long.MAX_VALUE)).percentile(95).orElseThrow())
                    .isLessThanOrEqualTo(LatencyHistogram.LONGEST_MILLIS)
                    .isGreaterThan(LatencyHistogram.LONGEST_MILLIS / 256 * 255);
        }

        @Test
        void negativeDurationCountsAsZero() {
            assertThat(of(LongStream.of(-3)).percentile(95)).hasValue(0);
        }

        @Test
        void ninetyFifthPercentileIsTheNearestRank() {
            assertThat(of(LongStream.rangeClosed(1, 100)).percentile(95)).hasValue(95);
            assertThat(of(LongStream.rangeClosed(1, 101)).percentile(95)).hasValue(96);
        }
    }
}
