package dev.millrace.bench.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RowMeterTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLong nanos = new AtomicLong();
    private final RowMeter meter = new RowMeter(10_000, nanos::get, () -> nanos.get() / 2);

    private void add(int rows, long seconds) {
        nanos.addAndGet(seconds * SECOND);
        meter.add(rows);
    }

    @Test
    void warmUpDoesNotCount() throws InterruptedException {
        add(1_000, 100);
        add(1_000, 100);
        add(4_000, 2);
        assertThat(meter.await(0)).isFalse();

        add(4_000, 2);

        assertThat(meter.await(0)).isTrue();
        assertThat(meter.rowsPerSecond()).isEqualTo(2_000);
        assertThat(meter.cpuMicrosPerRow()).isCloseTo(250, within(1e-6));
    }

    @Test
    void rowsAfterTheEndDoNotCount() {
        add(2_000, 1);
        add(8_000, 4);

        add(5_000, 60);

        assertThat(meter.rowsPerSecond()).isEqualTo(2_000);
    }
}
