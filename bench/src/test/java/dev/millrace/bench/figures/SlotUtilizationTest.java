package dev.millrace.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SlotUtilizationTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final SlotUtilization slots = new SlotUtilization(100, Duration.ofSeconds(1));

    @Test
    void callsInFlightCountAsHalf() {
        slots.onWorkerCount(0, 1);
        slots.onWorkerCount(10 * SECOND, 1);

        assertThat(slots.utilization(950)).isEqualTo(1);
        assertThat(slots.utilization(475)).isEqualTo(0.5);
    }

    @Test
    void workersCountFromTheirFirstPartitions() {
        slots.onWorkerCount(0, 0);
        slots.onWorkerCount(5 * SECOND, 1);
        slots.onWorkerCount(10 * SECOND, 3);
        slots.onWorkerCount(20 * SECOND, 2);

        assertThat(slots.utilization(3_400)).isEqualTo(1);
    }

    @Test
    void utilizationIsZeroBeforeACallCanEnd() {
        slots.onWorkerCount(0, 1);

        assertThat(slots.utilization(0)).isZero();
    }
}
