package dev.millrace.contracts.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnUnavailableTest {
    @ParameterizedTest
    @ValueSource(strings = {"wait", "fail", "5s", "1500ms", "2m", "24h"})
    void survivesARoundTrip(String text) {
        assertThat(OnUnavailable.of(text).orElseThrow().text()).isEqualTo(text);
    }

    @Test
    void jobThatFailsWaitsForNoTime() {
        assertThat(OnUnavailable.of("0s")).contains(OnUnavailable.FAIL);
        assertThat(OnUnavailable.FAIL.failAfter()).isZero();
        assertThat(OnUnavailable.WAIT.failAfter()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "never", "5", "-5s", "5 s", "FAIL"})
    void anythingElseIsNoOption(String text) {
        assertThat(OnUnavailable.of(text)).isEmpty();
    }

    @Test
    void timeIsNotNegative() {
        assertThatThrownBy(() -> new OnUnavailable(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must not be negative");
    }
}
