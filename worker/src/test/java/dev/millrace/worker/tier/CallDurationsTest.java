package dev.millrace.worker.tier;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CallDurationsTest {
    private static final Duration UNMEASURED = Duration.ofMinutes(10);

    private final CallDurations calls = new CallDurations();

    @Test
    void fewCallsAreNoMeasure() {
        for (int i = 0; i < 19; i++) {
            calls.add(1);
        }
        assertThat(calls.p99(UNMEASURED)).isEqualTo(UNMEASURED);

        calls.add(1);
        assertThat(calls.p99(UNMEASURED)).isEqualTo(Duration.ofNanos(1));
    }

    @Test
    void hardlyAnyOfTheLatestCallsIsLonger() {
        for (int i = 1; i <= 1_000; i++) {
            calls.add(i);
        }

        assertThat(calls.p99(UNMEASURED)).isEqualTo(Duration.ofNanos(998));
    }
}
