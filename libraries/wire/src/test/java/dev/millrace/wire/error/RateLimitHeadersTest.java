package dev.millrace.wire.error;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.wire.error.ReportedLimit.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitHeadersTest {
    private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static List<ReportedLimit> read(String... headers) {
        var map = new HashMap<String, String>();
        for (int i = 0; i < headers.length; i += 2) {
            map.put(headers[i], headers[i + 1]);
        }
        return RateLimitHeaders.read(new ResponseHeaders(map), NOW);
    }

    private static ReportedLimit ofMinute(Kind kind, long limit) {
        return new ReportedLimit(kind, limit, MINUTE, false);
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
                .containsExactly(ofMinute(Kind.REQUESTS, 500), ofMinute(Kind.TOKENS, 200_000));
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
                        ofMinute(Kind.REQUESTS, 4_000),
                        ofMinute(Kind.TOKENS, 2_400_000),
                        ofMinute(Kind.INPUT_TOKENS, 2_000_000),
                        ofMinute(Kind.OUTPUT_TOKENS, 400_000));
    }

    @Test
    void limitsInTheFormOfMistralAreRead() {
        assertThat(
                        read(
                                "x-ratelimit-limit-req-minute", "720",
                                "x-ratelimit-limit-tokens-minute", "5000000"))
                .containsExactly(ofMinute(Kind.REQUESTS, 720), ofMinute(Kind.TOKENS, 5_000_000));
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
                                "date", "Fri, 20 Nov 2026 06:00:00 GMT",
                                "anthropic-ratelimit-tokens-limit", "10",
                                "anthropic-ratelimit-tokens-reset", "2026-11-20T06:01:00Z"))
                .containsExactly(ofMinute(Kind.TOKENS, 10));
    }

    @Test
    void limitOfADayIsIgnored() {
        assertThat(
                        read(
                                "x-ratelimit-limit-requests",
                                "14400",
                                "x-ratelimit-reset-requests",
                                "2m59.56s"))
                .isEmpty();
    }

    @Test
    void pageOfLimitsNamesTheHeaders() throws IOException {
        String page = Files.readString(Path.of("..", "..", "docs", "quota.md"));
        String section =
                page.substring(
                        page.indexOf("## Limits that the provider names"),
                        page.indexOf("\n- A limit of a shorter window"));

        assertThat(
                        Pattern.compile("`((?:x-|anthropic-)?ratelimit-[a-z-]+)`")
                                .matcher(section)
                                .results()
                                .map(it -> it.group(1)))
                .containsExactlyInAnyOrderElementsOf(RateLimitHeaders.names());
    }

    @Nested
    class TheWindow {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "x-ratelimit-limit | 60, 60;w=30 | 60 | 30 | 120",
                    "x-ratelimit-limit | 60;window=30 | 60 | 30 | 120",
                    "x-ratelimit-limit | 10, 10;w=1;name=\"calls\" | 10 | 1 | 600",
                    "x-ratelimit-limit | 100, 100;window=60, 10000;window=86400 | 100 | 60 | 100",
                    "ratelimit-limit | 5, 5;w=1 | 5 | 1 | 300",
                    "ratelimit-policy | \"burst\";q=10;w=10 | 10 | 10 | 60",
                    "ratelimit-policy | \"burst\"; w=10; q=10; qu=\"requests\" | 10 | 10 | 60",
                    "ratelimit-policy | 100;w=60;comment=\"a\" | 100 | 60 | 100",
                    "x-ratelimit-limit-second | 5 | 5 | 1 | 300",
                    "x-ratelimit-limit-minute | 60 | 60 | 60 | 60",
                })
        void isReadWhereItIsNamed(
                String header, String value, long limit, long seconds, long perMinute) {
            var window = Duration.ofSeconds(seconds);

            assertThat(read(header, value))
                    .containsExactly(new ReportedLimit(Kind.REQUESTS, limit, window, false))
                    .allMatch(it -> it.perMinute() == perMinute);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "1000;w=86400",
                    "\"bytes\";q=5000;w=60;qu=\"content-bytes\"",
                    "\"default\";q=100",
                    "100;w=0",
                    "many;w=60"
                })
        void isNoneForALimitOfAnythingElse(String policy) {
            assertThat(read("ratelimit-policy", policy)).isEmpty();
        }

        @Test
        void mayBeSeveral() {
            assertThat(read("ratelimit-policy", "\"a\";q=5;w=1, \"b\";q=100;w=60"))
                    .extracting(ReportedLimit::limit)
                    .containsExactly(5L, 100L);
        }

        @Test
        void isAMinuteForALimitOfANamedKind() {
            assertThat(read("x-ratelimit-limit-tokens", "10"))
                    .containsExactly(ofMinute(Kind.TOKENS, 10));
            assertThat(read("x-ratelimit-limit-tokens", "10", "x-ratelimit-reset-tokens", "6ms"))
                    .containsExactly(ofMinute(Kind.TOKENS, 10));
        }

        @ParameterizedTest
        @CsvSource({"1, 1", "30, 30", "90, 90", "epoch, 44", "2026-11-20T08:00:31Z, 30"})
        void ofAPlainLimitIsAtLeastTheTimeUntilItsReset(String reset, long seconds) {
            assertThat(
                            read(
                                    "date",
                                    "Fri, 20 Nov 2026 08:00:00 GMT",
                                    "x-ratelimit-limit",
                                    "20",
                                    "x-ratelimit-reset",
                                    reset.equals("epoch")
                                            ? Long.toString(NOW.getEpochSecond() + 45)
                                            : reset))
                    .containsExactly(
                            new ReportedLimit(
                                    Kind.REQUESTS, 20, Duration.ofSeconds(seconds), true));
        }

        @ParameterizedTest
        @CsvSource({"120", "0", "''"})
        void ofAPlainLimitIsUnknownWithoutAResetSoon(String reset) {
            assertThat(read("x-ratelimit-limit", "20", "x-ratelimit-reset", reset)).isEmpty();
        }

        @Test
        void ofAPlainLimitDoesNotMatterBesideANamedOne() {
            assertThat(
                            read(
                                    "x-ratelimit-limit-second", "5",
                                    "x-ratelimit-limit-minute", "100",
                                    "ratelimit-limit", "5",
                                    "ratelimit-reset", "40"))
                    .extracting(ReportedLimit::perMinute)
                    .containsExactly(300L, 100L);
        }
    }
}
