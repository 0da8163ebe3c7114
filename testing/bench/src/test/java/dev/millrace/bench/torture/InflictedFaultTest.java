package dev.millrace.bench.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class InflictedFaultTest {
    private static final List<Long> TIMES = List.of(0L, 100L, 900L, 1_000L, 4_000L, 4_100L);

    private static double recovery(List<Long> times, long from, long to) {
        return new InflictedFault(FaultKind.KILL, "worker1", from, to, 0).recoverySeconds(times);
    }

    @Test
    void gapAroundTheFaultCountsAsAWhole() {
        assertThat(recovery(TIMES, 1_500, 2_000)).isEqualTo(3);
    }

    @Test
    void gapThatBeginsWithinTheFaultCounts() {
        assertThat(recovery(TIMES, 50, 200)).isEqualTo(0.8);
    }

    @Test
    void gapBeforeTheFaultDoesNotCount() {
        assertThat(recovery(TIMES, 4_050, 4_060)).isEqualTo(0.1);
    }

    @Test
    void noResultsHaveNoGap() {
        assertThat(recovery(List.of(), 0, 10)).isZero();
    }
}
