package dev.millrace.worker.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.wire.ReportedLimit.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitHeadersTest {
    private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");

    private static List<ReportedLimit> read(String... headers) {
        var map = new HashMap<String, String>();
        for (int i = 0; i < headers.length; i += 2) {
            map.put(headers[i], headers[i + 1]);
        }
        return RateLimitHeaders.read(new ResponseHeaders(map), NOW);
    }

    @Test
    void limitsInTheFormOfOpenAiAreRead() {
        assertThat(
                        read(
                                "x-ratelimit-limit-requests", "500",
                                "x-ratelimit-remaining-requests", "499",
                                "x-ratelimit-reset-requests", "120ms",
                                "x-ratelimit-limit-tokens", "200000",
                                "x-ratelimit-reset-tokens", "1m0s"))
                .containsExactly(
                        new ReportedLimit(Kind.REQUESTS, 500, Duration.ofMillis(120), false),
                        new ReportedLimit(Kind.TOKENS, 200_000, Duration.ofMinutes(1), false));
    }

    @Test
    void limitsInTheFormOfAnthropicAreRead() {
        assertThat(
                        read(
                                "anthropic-ratelimit-requests-limit", "4000",
                                "anthropic-ratelimit-requests-reset", "2026-11-20T08:00:01Z",
                                "anthropic-ratelimit-input-tokens-limit", "2000000",
                                "anthropic-ratelimit-output-tokens-limit", "400000",
                                "anthropic-ratelimit-tokens-limit", "2400000"))
                .containsExactly(
                        new ReportedLimit(Kind.REQUESTS, 4_000, Duration.ofSeconds(1), false),
                        new ReportedLimit(Kind.TOKENS, 2_400_000, null, false),
                        new ReportedLimit(Kind.INPUT_TOKENS, 2_000_000, null, false),
                        new ReportedLimit(Kind.OUTPUT_TOKENS, 400_000, null, false));
    }

    @Test
    void plainLimitMayListFurtherWindows() {
        assertThat(
                        read(
                                "X-RateLimit-Limit",
                                "100, 100;window=60, 10000;window=86400",
                                "X-RateLimit-Reset",
                                "30"))
                .containsExactly(
                        new ReportedLimit(Kind.REQUESTS, 100, Duration.ofSeconds(30), true));
    }

    @ParameterizedTest
    @CsvSource({"''", "many", "0", "-5", "1.5", "99999999999999999999"})
    void limitThatIsNoPositiveIntegerIsIgnored(String value) {
        assertThat(read("x-ratelimit-limit-requests", value)).isEmpty();
    }

    @Test
    void resetIsMeasuredFromTheDateOfTheResponse() {
        assertThat(
                        read(
                                "date", "Fri, 20 Nov 2026 07:59:30 GMT",
                                "anthropic-ratelimit-tokens-limit", "10",
                                "anthropic-ratelimit-tokens-reset", "2026-11-20T08:00:00Z"))
                .extracting(ReportedLimit::reset)
                .containsExactly(Duration.ofSeconds(30));
    }

    @Nested
    class TheWindow {
        @Test
        void isAMinuteForALimitOfANamedKind() {
            assertThat(read("x-ratelimit-limit-tokens", "10")).allMatch(ReportedLimit::isPerMinute);
            assertThat(read("x-ratelimit-limit-tokens", "10", "x-ratelimit-reset-tokens", "6ms"))
                    .allMatch(ReportedLimit::isPerMinute);
        }

        @Test
        void isLongerIfTheResetIsLate() {
            assertThat(
                            read(
                                    "x-ratelimit-limit-requests",
                                    "14400",
                                    "x-ratelimit-reset-requests",
                                    "2m59.56s"))
                    .noneMatch(ReportedLimit::isPerMinute);
        }

        @ParameterizedTest
        @CsvSource({"1, false", "30, true", "120, false", ", false"})
        void ofAPlainLimitIsKnownByItsReset(String reset, boolean isMinute) {
            String text = reset == null ? "" : reset;
            assertThat(read("x-ratelimit-limit", "20", "x-ratelimit-reset", text))
                    .singleElement()
                    .extracting(ReportedLimit::isPerMinute)
                    .isEqualTo(isMinute);
        }
    }
}
