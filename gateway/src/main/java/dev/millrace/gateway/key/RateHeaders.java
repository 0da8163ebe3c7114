package dev.millrace.gateway.key;

import dev.millrace.gateway.http.ApiStyle;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** Writes limits as the headers that clients of OpenAI and Anthropic read. */
final class RateHeaders {
    private RateHeaders() {}

    /**
     * Adds the three headers of one limit; {@code reset} is the time until the whole limit is
     * available again.
     */
    static void put(
            ApiStyle style,
            String what,
            long limit,
            long remaining,
            Duration reset,
            Instant now,
            Map<String, String> headers) {
        switch (style) {
            case OPENAI -> {
                headers.put("x-ratelimit-limit-" + what, Long.toString(limit));
                headers.put("x-ratelimit-remaining-" + what, Long.toString(remaining));
                headers.put("x-ratelimit-reset-" + what, text(reset));
            }
            case ANTHROPIC -> {
                String start = "anthropic-ratelimit-" + what;
                headers.put(start + "-limit", Long.toString(limit));
                headers.put(start + "-remaining", Long.toString(remaining));
                headers.put(
                        start + "-reset",
                        now.plus(reset).plusMillis(999).truncatedTo(ChronoUnit.SECONDS).toString());
            }
        }
    }

    /** Returns a time as OpenAI writes it: {@code 120ms}, {@code 7s}, {@code 1m0s}. */
    private static String text(Duration time) {
        if (time.compareTo(Duration.ofSeconds(1)) < 0) {
            return time.plusNanos(999_999).toMillis() + "ms";
        }
        Duration seconds = Duration.ofSeconds(time.plusMillis(999).toSeconds());
        return seconds.toMinutes() == 0
                ? seconds.toSeconds() + "s"
                : seconds.toMinutes() + "m" + seconds.toSecondsPart() + "s";
    }
}
