package dev.millrace.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SlotUseTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final SlotUse use = new SlotUse(100, Duration.ofSeconds(1));

    @Test
    void countsCallsInFlightByHalf() {
        use.onWorkers(0, 1);
        use.onWorkers(10 * SECOND, 1);

        assertThat(use.part(950)).isEqualTo(1);
        assertThat(use.part(475)).isEqualTo(0.5);
    }

    @Test
    void countsEachWorkerSinceItHasPartitions() {
        use.onWorkers(0, 0);
        use.onWorkers(5 * SECOND, 1);
        use.onWorkers(10 * SECOND, 3);
        use.onWorkers(20 * SECOND, 2);

        assertThat(use.part(3_400)).isEqualTo(1);
    }

    @Test
    void isZeroBeforeACallCanHaveEnded() {
        use.onWorkers(0, 1);

        assertThat(use.part(0)).isZero();
    }
}
