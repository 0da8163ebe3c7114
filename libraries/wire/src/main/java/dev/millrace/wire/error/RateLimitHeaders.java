package dev.millrace.wire.error;

import dev.millrace.wire.error.ReportedLimit.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads the rate limits in the headers of a response. Ignores limits of windows longer than 90 s,
 * because calls are not spread over them.
 *
 * <p>Sources: <a href="https://platform.openai.com/docs/guides/rate-limits">OpenAI</a>, <a
 * href="https://console.groq.com/docs/rate-limits">Groq</a>, whose requests are counted by the day,
 * <a href="https://platform.claude.com/docs/en/api/rate-limits">Anthropic</a>, and <a
 * href="https://github.com/mistralai/client-ts/issues/169">Mistral</a>; gateways: <a
 * href="https://docs.konghq.com/hub/kong-inc/rate-limiting/">Kong</a>, and Envoy and others that
 * follow <a href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/">the
 * drafts of the IETF</a>, which list limits with their windows.
 */
public final class RateLimitHeaders {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /**
     * Longest window of a minute, with some slack for rounding. A later reset belongs to a longer
     * window.
     */
    private static final Duration LONGEST = Duration.ofSeconds(90);

    /** Some providers list further windows after the number. */
    private static final Pattern LEADING_NUMBER = Pattern.compile("[0-9]{1,15}(?![0-9.])");

    /** The quota of a listed limit: {@code 100;w=60}, {@code "name";q=100;w=60}. */
    private static final Pattern QUOTA = Pattern.compile("(?:^|;\\s*q=)([0-9]{1,15})(?![0-9.])");

    /** The window of a listed limit in seconds. */
    private static final Pattern WINDOW = Pattern.compile(";\\s*w(?:indow)?=([0-9]{1,9})\\b");

    /** The unit of a listed limit if it does not count requests. */
    private static final Pattern OTHER_UNIT = Pattern.compile(";\\s*qu=(?!\"?requests\\b)");

    /** Limits whose names reveal their unit and their window. */
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
                    ofWindow(Kind.REQUESTS, "second", SECOND),
                    ofWindow(Kind.REQUESTS, "minute", MINUTE),
                    ofWindow(Kind.REQUESTS, "req-minute", MINUTE),
                    ofWindow(Kind.REQUESTS, "requests-minute", MINUTE),
                    ofWindow(Kind.TOKENS, "tokens-minute", MINUTE));

    /** Headers of requests in windows of any length, with the headers of their resets. */
    private static final List<Plain> PLAIN =
            List.of(
                    new Plain("x-ratelimit-limit", "x-ratelimit-reset"),
                    new Plain("ratelimit-limit", "ratelimit-reset"),
                    new Plain("ratelimit-policy", "ratelimit-reset"));

    private RateLimitHeaders() {}

    private record Plain(String limit, String reset) {}

    private record Name(Kind kind, String limit, String reset, Duration window) {}

    private static Name openAi(Kind kind, String name) {
        return new Name(kind, "x-ratelimit-limit-" + name, "x-ratelimit-reset-" + name, MINUTE);
    }

    private static Name anthropic(Kind kind, String name) {
        String start = "anthropic-ratelimit-" + name;
        return new Name(kind, start + "-limit", start + "-reset", MINUTE);
    }

    private static Name ofWindow(Kind kind, String name, Duration window) {
        return new Name(kind, "x-ratelimit-limit-" + name, "x-ratelimit-reset-" + name, window);
    }

    /** Returns the names of the headers that name limits. */
    static List<String> names() {
        return Stream.concat(NAMES.stream().map(Name::limit), PLAIN.stream().map(Plain::limit))
                .toList();
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
            read(headers, name, sentAt).ifPresent(limits::add);
        }
        PLAIN.forEach(name -> headers.text(name.limit).ifPresent(it -> list(it, limits)));
        if (limits.stream().noneMatch(it -> it.kind() == Kind.REQUESTS)) {
            // Only without a limit of requests by name: a gateway with several windows names any
            // one of them here.
            PLAIN.forEach(name -> part(headers, name, sentAt).ifPresent(limits::add));
        }
        return limits;
    }

    private static Optional<ReportedLimit> read(ResponseHeaders headers, Name name, Instant now) {
        boolean isOfDay =
                headers.text(name.reset)
                        .flatMap(text -> RetryAfterParser.any(text, now))
                        .filter(reset -> reset.compareTo(LONGEST) > 0)
                        .isPresent();
        return isOfDay
                ? Optional.empty()
                : number(headers, name.limit)
                        .map(limit -> new ReportedLimit(name.kind, limit, name.window, false));
    }

    /** Adds the limits that are listed with their windows. */
    private static void list(String text, List<ReportedLimit> limits) {
        for (String item : text.split(",", -1)) {
            Matcher quota = QUOTA.matcher(item.strip());
            Matcher window = WINDOW.matcher(item);
            if (quota.find() && window.find() && !OTHER_UNIT.matcher(item).find()) {
                long limit = Long.parseLong(quota.group(1));
                Duration length = Duration.ofSeconds(Long.parseLong(window.group(1)));
                if (limit > 0 && length.isPositive() && length.compareTo(LONGEST) <= 0) {
                    limits.add(new ReportedLimit(Kind.REQUESTS, limit, length, false));
                }
            }
        }
    }

    /** Returns the limit of a window of which only the end, its reset, is known. */
    private static Optional<ReportedLimit> part(
            ResponseHeaders headers, Plain name, Instant sentAt) {
        Optional<Duration> left =
                headers.text(name.reset)
                        .flatMap(text -> untilReset(text, sentAt))
                        .filter(it -> it.compareTo(LONGEST) <= 0);
        return headers.text(name.limit)
                .filter(text -> !WINDOW.matcher(text).find())
                .flatMap(_ -> number(headers, name.limit))
                .flatMap(
                        limit -> left.map(it -> new ReportedLimit(Kind.REQUESTS, limit, it, true)));
    }

    /**
     * Returns the time until a reset. A point in time can seem a second later than it is, because
     * the response's date has no fractions of a second.
     */
    private static Optional<Duration> untilReset(String text, Instant sentAt) {
        return RetryAfterParser.any(text, sentAt.plus(SECOND))
                .or(() -> RetryAfterParser.any(text, sentAt));
    }

    /** Returns the number at the beginning of a header; empty if there is none, or it is 0. */
    private static Optional<Long> number(ResponseHeaders headers, String name) {
        return headers.text(name)
                .map(LEADING_NUMBER::matcher)
                .filter(Matcher::lookingAt)
                .map(it -> Long.parseLong(it.group()))
                .filter(it -> it > 0);
    }
}
