package dev.millrace.simulator.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeaderTimeFormatTest {
    @ParameterizedTest
    @CsvSource({
        "0,0s",
        "17,17ms",
        "999,999ms",
        "1000,1s",
        "8640,8.64s",
        "60000,1m0s",
        "172800,2m52.8s",
        "360000,6m0s",
        "3600000,1h0m0s",
        "3661005,1h1m1.005s",
    })
    void compactMatchesOpenAisFormat(long millis, String text) {
        assertThat(HeaderTimeFormat.compact(Duration.ofMillis(millis))).isEqualTo(text);
    }

    @Test
    void allFormatsRoundUpSoThatNoClientRetriesTooEarly() {
        Duration wait = Duration.ofSeconds(1).plusNanos(1);
        Instant now = Instant.parse("2026-11-20T07:00:00.001Z");

        assertThat(HeaderTimeFormat.wholeSeconds(wait)).isEqualTo("2");
        assertThat(HeaderTimeFormat.wholeMillis(wait)).isEqualTo("1001");
        assertThat(HeaderTimeFormat.httpDate(now)).isEqualTo("Fri, 20 Nov 2026 07:00:01 GMT");
        assertThat(HeaderTimeFormat.rfc3339(now)).isEqualTo("2026-11-20T07:00:01Z");
    }
}
