package dev.millrace.worker.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.worker.wire.ReportedLimit.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
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
                        new ReportedLimit(Kind.REQUESTS, 500, Duration.ofMillis(120), null, false),
                        new ReportedLimit(
                                Kind.TOKENS, 200_000, Duration.ofMinutes(1), null, false));
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
                        new ReportedLimit(Kind.REQUESTS, 4_000, Duration.ofSeconds(1), null, false),
                        new ReportedLimit(Kind.TOKENS, 2_400_000, null, null, false),
                        new ReportedLimit(Kind.INPUT_TOKENS, 2_000_000, null, null, false),
                        new ReportedLimit(Kind.OUTPUT_TOKENS, 400_000, null, null, false));
    }

    @Test
    void plainLimitMayListFurtherWindows() {
        assertThat(
                        read(
                                "X-RateLimit-Limit",
                                "100, 100;window=60, 10000;window=86400",
                                "X-RateLimit-Reset",
                                "30"))
                .extracting(ReportedLimit::limit, ReportedLimit::perMinute)
                .containsExactly(
                        tuple(100L, OptionalLong.of(100)), tuple(10_000L, OptionalLong.empty()));
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
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "x-ratelimit-limit | 60, 60;w=30 | 120",
                    "x-ratelimit-limit | 60;window=30 | 120",
                    "ratelimit-limit | 5, 5;w=1 | 300",
                    "ratelimit-policy | \"burst\";q=10;w=1 | 600",
                    "ratelimit-policy | 100;w=60;comment=\"a\" | 100",
                    "ratelimit-policy | 1000;w=86400 | ",
                    "x-ratelimit-limit-second | 5 | 300",
                    "x-ratelimit-limit-minute | 60 | 60",
                })
        void isReadWhereItIsNamed(String header, String value, @Nullable Long perMinute) {
            assertThat(read(header, value))
                    .singleElement()
                    .extracting(ReportedLimit::perMinute)
                    .isEqualTo(
                            perMinute == null ? OptionalLong.empty() : OptionalLong.of(perMinute));
        }

        @Test
        void isAMinuteForALimitOfANamedKind() {
            assertThat(read("x-ratelimit-limit-tokens", "10"))
                    .allMatch(it -> it.perMinute().isPresent());
            assertThat(read("x-ratelimit-limit-tokens", "10", "x-ratelimit-reset-tokens", "6ms"))
                    .allMatch(it -> it.perMinute().isPresent());
        }

        @Test
        void isLongerIfTheResetIsLate() {
            assertThat(
                            read(
                                    "x-ratelimit-limit-requests",
                                    "14400",
                                    "x-ratelimit-reset-requests",
                                    "2m59.56s"))
                    .noneMatch(it -> it.perMinute().isPresent());
        }

        @ParameterizedTest
        @CsvSource({"1, false", "30, true", "120, false", ", false"})
        void ofAPlainLimitIsKnownByItsReset(String reset, boolean isMinute) {
            String text = reset == null ? "" : reset;
            assertThat(read("x-ratelimit-limit", "20", "x-ratelimit-reset", text))
                    .singleElement()
                    .extracting(it -> it.perMinute().isPresent())
                    .isEqualTo(isMinute);
        }
    }
}
