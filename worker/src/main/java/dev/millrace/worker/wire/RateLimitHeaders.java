package dev.millrace.worker.wire;

import dev.millrace.worker.wire.ReportedLimit.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the rate limits in the headers of a response.
 *
 * <p>Sources: <a href="https://platform.openai.com/docs/guides/rate-limits">OpenAI</a>, <a
 * href="https://console.groq.com/docs/rate-limits">Groq</a>, whose requests are counted by the day,
 * and <a href="https://platform.claude.com/docs/en/api/rate-limits">Anthropic</a>.
 */
public final class RateLimitHeaders {
    /** Some providers list further windows after the number. */
    private static final Pattern LEADING_NUMBER = Pattern.compile("[0-9]{1,15}(?![0-9.])");

    private static final List<Name> NAMES =
            List.of(
                    openAi(Kind.REQUESTS, "requests"),
                    openAi(Kind.TOKENS, "tokens"),
                    openAi(Kind.INPUT_TOKENS, "input-tokens"),
                    openAi(Kind.OUTPUT_TOKENS, "output-tokens"),
                    anthropic(Kind.REQUESTS, "requests"),
                    anthropic(Kind.TOKENS, "tokens"),
                    anthropic(Kind.INPUT_TOKENS, "input-tokens"),
                    anthropic(Kind.OUTPUT_TOKENS, "output-tokens"),
                    new Name(Kind.REQUESTS, "x-ratelimit-limit", "x-ratelimit-reset", true));

    private RateLimitHeaders() {}

    private record Name(Kind kind, String limit, String reset, boolean isPlain) {}

    private static Name openAi(Kind kind, String name) {
        return new Name(kind, "x-ratelimit-limit-" + name, "x-ratelimit-reset-" + name, false);
    }

    private static Name anthropic(Kind kind, String name) {
        String start = "anthropic-ratelimit-" + name;
        return new Name(kind, start + "-limit", start + "-reset", false);
    }

    /**
     * Returns the limits that the response reports.
     *
     * @param now the current time, for a response without a {@code Date} header
     */
    public static List<ReportedLimit> read(ResponseHeaders headers, Instant now) {
        Instant sentAt = RetryAfterParser.sentAt(headers, now);
        var limits = new ArrayList<ReportedLimit>();
        for (Name name : NAMES) {
            read(name, headers, sentAt).ifPresent(limits::add);
        }
        return limits;
    }

    private static Optional<ReportedLimit> read(Name name, ResponseHeaders headers, Instant now) {
        return headers.text(name.limit)
                .map(RateLimitHeaders::number)
                .filter(limit -> limit > 0)
                .map(
                        limit ->
                                new ReportedLimit(
                                        name.kind,
                                        limit,
                                        reset(headers, name, now).orElse(null),
                                        name.isPlain));
    }

    private static Optional<Duration> reset(ResponseHeaders headers, Name name, Instant now) {
        return headers.text(name.reset).flatMap(text -> RetryAfterParser.any(text, now));
    }

    /** Returns the number at the beginning of the text; 0 if there is none. */
    private static long number(String text) {
        Matcher number = LEADING_NUMBER.matcher(text);
        return number.lookingAt() ? Long.parseLong(number.group()) : 0;
    }
}
