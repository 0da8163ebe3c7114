package dev.millrace.worker.wire;

import dev.millrace.worker.wire.ReportedLimit.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rate limits in the headers of a response.
 *
 * <p>Sources: <a href="https://platform.openai.com/docs/guides/rate-limits">OpenAI</a>, <a
 * href="https://console.groq.com/docs/rate-limits">Groq</a>, whose requests are counted by the day,
 * and <a href="https://platform.claude.com/docs/en/api/rate-limits">Anthropic</a>; gateways: <a
 * href="https://docs.konghq.com/hub/kong-inc/rate-limiting/">Kong</a>, and <a
 * href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/">the IETF's
 * draft</a>, which lists limits with their windows.
 */
public final class RateLimitHeaders {
    /** Some providers list further windows after the number. */
    private static final Pattern LEADING_NUMBER = Pattern.compile("[0-9]{1,15}(?![0-9.])");

    /** A limit with its window in seconds: {@code 100;w=60}, {@code "name";q=100;w=60}. */
    private static final Pattern POLICY =
            Pattern.compile(
                    "(?:^|[,;])\\s*(?:q=)?([0-9]{1,15})\\s*;[^,]*?\\bw(?:indow)?=([0-9]{1,9})\\b");

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
                    kong("second", Duration.ofSeconds(1)),
                    kong("minute", Duration.ofMinutes(1)),
                    plain("x-ratelimit-limit", "x-ratelimit-reset"),
                    plain("ratelimit-limit", "ratelimit-reset"),
                    plain("ratelimit-policy", "ratelimit-reset"));

    private RateLimitHeaders() {}

    /**
     * @param window null if the name does not tell it
     */
    private record Name(
            Kind kind, String limit, String reset, @Nullable Duration window, boolean isPlain) {}

    private static Name plain(String limit, String reset) {
        return new Name(Kind.REQUESTS, limit, reset, null, true);
    }

    private static Name kong(String unit, Duration window) {
        return new Name(
                Kind.REQUESTS, "x-ratelimit-limit-" + unit, "ratelimit-reset", window, false);
    }

    private static Name openAi(Kind kind, String name) {
        return new Name(
                kind, "x-ratelimit-limit-" + name, "x-ratelimit-reset-" + name, null, false);
    }

    private static Name anthropic(Kind kind, String name) {
        String start = "anthropic-ratelimit-" + name;
        return new Name(kind, start + "-limit", start + "-reset", null, false);
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
            headers.text(name.limit)
                    .ifPresent(
                            text ->
                                    limits.addAll(
                                            read(
                                                    name,
                                                    text,
                                                    reset(headers, name, sentAt).orElse(null))));
        }
        return limits;
    }

    private static List<ReportedLimit> read(Name name, String text, @Nullable Duration reset) {
        List<ReportedLimit> listed = listed(name, text, reset);
        long limit = number(text);
        return limit <= 0 || !listed.isEmpty()
                ? listed
                : List.of(new ReportedLimit(name.kind, limit, reset, name.window, name.isPlain));
    }

    /** Returns the limits that are listed with their windows. */
    private static List<ReportedLimit> listed(Name name, String text, @Nullable Duration reset) {
        return POLICY.matcher(text)
                .results()
                .map(
                        it ->
                                new ReportedLimit(
                                        name.kind,
                                        Long.parseLong(it.group(1)),
                                        reset,
                                        Duration.ofSeconds(Long.parseLong(it.group(2))),
                                        name.isPlain))
                .filter(it -> it.limit() > 0 && it.window() != null && it.window().isPositive())
                .toList();
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
