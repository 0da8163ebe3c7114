package dev.millrace.wire.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterParserTest {
    private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");

    private static Optional<Duration> parsed(@Nullable String inBody, String... headers) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            map.put(headers[i], headers[i + 1]);
        }
        return RetryAfterParser.of(
                new ResponseHeaders(map), new ErrorBody(List.of(), null, inBody), NOW);
    }

    @ParameterizedTest
    @CsvSource({
        "retry-after-ms, 1500, PT1.5S",
        "Retry-After, 7, PT7S",
        "retry-after, 0.25, PT0.25S",
        "Retry-After, 'Fri, 20 Nov 2026 08:00:30 GMT', PT30S",
        "Retry-After, 'Friday, 20-Nov-26 08:00:30 GMT', PT30S",
        "Retry-After, 'Fri Nov 20 08:00:30 2026', PT30S",
        "Retry-After, 'Mon, 20 Nov 2026 08:00:30 GMT', PT30S",
        "Retry-After, 'fri, 20 nov 2026 08:00:30 GMT', PT30S",
        "Retry-After, '20 seconds', PT20S",
        "Retry-After, '1 minute, 30 seconds', PT1M30S",
        "Retry-After, PT20S, PT20S",
        "Retry-After, '\"7\"', PT7S",
        "x-ms-retry-after-ms, 1500, PT1.5S",
        "Retry-After, '20, 20', PT20S",
        "RateLimit-Reset, 12, PT12S",
        "RateLimit, '\"api\";r=0;t=44', PT44S",
        "RateLimit, 'limit=100, remaining=0, reset=30', PT30S",
        "x-ratelimit-reset-ms, 1500, PT1.5S",
        "x-ratelimit-reset-requests, 6m0s, PT6M",
        "x-ratelimit-reset-tokens, 1h2m3.5s, PT1H2M3.5S",
        "x-ratelimit-reset-tokens, 120ms, PT0.12S",
        "x-ratelimit-reset, 12, PT12S",
        "x-ratelimit-reset, 1795161610, PT10S",
        "x-ratelimit-reset, 1795161610500, PT10.5S",
        "x-ratelimit-reset, 2026-11-20T08:01:00Z, PT1M",
        "anthropic-ratelimit-tokens-reset, 2026-11-20T08:00:05Z, PT5S",
    })
    void everyFormIsParsed(String header, String value, Duration expected) {
        assertThat(parsed(null, header, value)).contains(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Please try again in 11.122s. Visit https://example.org | PT11.122S",
                "Please try again in 6m0s. | PT6M",
                "Please try again in 1h2m3s. | PT1H2M3S",
                "Please try again in 1m2.5s | PT1M2.5S",
                "Please try again in 120ms. | PT0.12S",
                "Please retry after 20 seconds. | PT20S",
                "Please retry in 39.417s. | PT39.417S",
                "Rate limit is exceeded. Try again in 7 seconds. | PT7S",
                "Your quota will reset after 1h16m19s. | PT1H16M19S",
                "Please try again in 2m3.5s | PT2M3.5S",
                "please wait 1 minute before retrying | PT1M",
                "Too many requests, please wait 2 minutes and 5 seconds | PT2M5S",
                "Rate limit exceeded, retry after: 20 | PT20S",
                "Quota resets in about 1 hour | PT1H",
                "请求过于频繁，请在 20 秒后重试 | PT20S",
                "请 2分钟后再试 | PT2M",
            })
    void waitInAMessageIsParsed(String message, Duration expected) {
        assertThat(
                        RetryAfterParser.of(
                                ResponseHeaders.NONE, new ErrorBody(List.of(), message, null), NOW))
                .contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Limit 30000, Used 29000, Requested 2000",
                "try again later",
                "The request took 20 seconds",
                "retry after 20 tokens"
            })
    void otherNumbersInAMessageAreNoWait(String message) {
        assertThat(
                        RetryAfterParser.of(
                                ResponseHeaders.NONE, new ErrorBody(List.of(), message, null), NOW))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'', retry-after",
        "soon, retry-after",
        "'Fri, 20 Nov 1998 08:00:30 GMT', retry-after",
        "-5, retry-after",
        "0, retry-after"
    })
    void nonsenseIsIgnored(String value, String header) {
        assertThat(parsed(null, header, value)).isEmpty();
    }

    @Test
    void waitsLongerThanAMonthAreIgnored() {
        assertThat(parsed(null, "retry-after", "99999999")).isEmpty();
    }

    @Nested
    class WithSeveralWaits {
        @Test
        void millisecondsPrecedeSecondsBodyAndResets() {
            assertThat(parsed("3", "retry-after-ms", "1", "retry-after", "2"))
                    .contains(ofMillis(1));
            assertThat(parsed("3", "retry-after", "2", "x-ratelimit-reset", "4"))
                    .contains(Duration.ofSeconds(2));
            assertThat(parsed("3.5", "x-ratelimit-reset", "4")).contains(ofMillis(3_500));
        }

        @Test
        void waitInTheMessagePrecedesResets() {
            var headers = new ResponseHeaders(Map.of("x-ratelimit-reset", "60"));
            var body = new ErrorBody(List.of(), "try again in 2s", null);

            assertThat(RetryAfterParser.of(headers, body, NOW)).contains(Duration.ofSeconds(2));
        }

        @Test
        void resetOfAnExhaustedLimitCounts() {
            assertThat(
                            parsed(
                                    null,
                                    "x-ratelimit-remaining-requests",
                                    "12",
                                    "x-ratelimit-reset-requests",
                                    "60s",
                                    "x-ratelimit-remaining-tokens",
                                    "0",
                                    "x-ratelimit-reset-tokens",
                                    "2s"))
                    .contains(Duration.ofSeconds(2));
        }

        @Test
        void resetOfTheLimitNextToItsEndCountsIfNoneIsExhausted() {
            assertThat(
                            parsed(
                                    null,
                                    "x-ratelimit-limit-requests-day",
                                    "14400",
                                    "x-ratelimit-remaining-requests-day",
                                    "14000",
                                    "x-ratelimit-reset-requests-day",
                                    "33011.38",
                                    "x-ratelimit-limit-tokens-minute",
                                    "60000",
                                    "x-ratelimit-remaining-tokens-minute",
                                    "900",
                                    "x-ratelimit-reset-tokens-minute",
                                    "11.5"))
                    .contains(ofMillis(11_500));
        }

        @Test
        void longestResetCountsIfNoneIsExhausted() {
            assertThat(
                            parsed(
                                    null,
                                    "x-ratelimit-reset-requests",
                                    "1s",
                                    "x-ratelimit-reset-tokens",
                                    "2s"))
                    .contains(Duration.ofSeconds(2));
        }
    }

    @Nested
    class WithAWrongLocalClock {
        @Test
        void dateOfTheResponseIsTheStart() {
            assertThat(
                            parsed(
                                    null,
                                    "date",
                                    "Fri, 20 Nov 2026 09:30:00 GMT",
                                    "retry-after",
                                    "Fri, 20 Nov 2026 09:30:04 GMT"))
                    .contains(Duration.ofSeconds(4));
        }
    }

    private static Duration ofMillis(long millis) {
        return Duration.ofMillis(millis);
    }
}
