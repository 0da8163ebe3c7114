package dev.millrace.bench.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecoveryTest {
    private static final List<Long> TIMES = List.of(0L, 100L, 900L, 1_000L, 4_000L, 4_100L);

    @Test
    void gapAroundTheFaultCountsAsAWhole() {
        assertThat(Recovery.longestGap(TIMES, 1_500, 2_000)).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void gapThatBeginsWithinTheFaultCounts() {
        assertThat(Recovery.longestGap(TIMES, 50, 200)).isEqualTo(Duration.ofMillis(800));
    }

    @Test
    void gapBeforeTheFaultDoesNotCount() {
        assertThat(Recovery.longestGap(TIMES, 4_050, 4_060)).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void noResultsHaveNoGap() {
        assertThat(Recovery.longestGap(List.of(), 0, 10)).isZero();
    }
}
