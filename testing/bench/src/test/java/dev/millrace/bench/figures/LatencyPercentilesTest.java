package dev.millrace.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LatencyPercentilesTest {
    private static long[] millis(long... millis) {
        return Arrays.stream(millis).map(TimeUnit.MILLISECONDS::toNanos).toArray();
    }

    @Test
    void percentilesOfAHundredValuesAreTheirRanks() {
        long[] descending = LongStream.iterate(100, it -> it - 1).limit(100).toArray();

        assertThat(LatencyPercentiles.of(millis(descending)))
                .isEqualTo(new LatencyPercentiles(50, 95, 99));
    }

    @Test
    void percentilesOfOneValueEqualIt() {
        assertThat(LatencyPercentiles.of(millis(7))).isEqualTo(new LatencyPercentiles(7, 7, 7));
    }

    @Test
    void emptyInputIsRejected() {
        assertThatIllegalArgumentException().isThrownBy(() -> LatencyPercentiles.of(new long[0]));
    }

    @Property
    boolean atMostFivePercentExceedTheP95(
            @ForAll @Size(min = 1, max = 300) List<@LongRange(max = 1_000_000) Long> nanos) {
        long[] all = nanos.stream().mapToLong(Long::longValue).toArray();
        double p95 = TimeUnit.MILLISECONDS.toNanos(1) * LatencyPercentiles.of(all).p95();
        return Arrays.stream(all).filter(it -> it > p95 + 0.5).count() * 20 <= all.length;
    }
}
