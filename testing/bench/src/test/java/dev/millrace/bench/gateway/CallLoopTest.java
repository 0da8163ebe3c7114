package dev.millrace.bench.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CallLoopTest {
    @Test
    void aMeasurementShorterThanACallWaitsForTheCall() throws Exception {
        LoopFigures figures = CallLoop.measure(() -> 1L, 1, Duration.ZERO, System::nanoTime);

        assertThat(figures.failures()).isZero();
        assertThat(figures.perSecond()).isPositive();
    }

    @Test
    void failedCallsEndTheMeasurementWithAnError() {
        assertThatThrownBy(
                        () ->
                                CallLoop.measure(
                                        () -> {
                                            throw new IOException("refused");
                                        },
                                        1,
                                        Duration.ZERO,
                                        System::nanoTime))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no call succeeded");
    }
}
