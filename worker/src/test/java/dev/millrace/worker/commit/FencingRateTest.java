package dev.millrace.worker.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FencingRateTest {
    private static final long START = Long.MAX_VALUE - FencingRate.WINDOW.toNanos() / 2;

    private final FencingRate rate = new FencingRate();

    @Test
    void lastFencingWithinTheWindowReachesTheLimit() {
        for (int i = 1; i < FencingRate.LIMIT; i++) {
            assertThat(rate.onFenced(START + i)).isFalse();
        }

        assertThat(rate.onFenced(START + 1 + FencingRate.WINDOW.toNanos())).isTrue();
    }

    @Test
    void fencingSpreadBeyondTheWindowIsTolerated() {
        for (int i = 1; i < FencingRate.LIMIT; i++) {
            rate.onFenced(START + i);
        }

        assertThat(rate.onFenced(START + 2 + FencingRate.WINDOW.toNanos())).isFalse();
    }

    @Test
    void transactionTimeoutsAloneNeverReachTheLimit() {
        long distance = Duration.ofSeconds(10).toNanos();

        for (int i = 0; i < 100; i++) {
            assertThat(rate.onFenced(START + i * distance)).isFalse();
        }
    }
}
