package dev.millrace.worker.wire;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parses the wait that a provider asks for, in all forms that providers use. Measures points in
 * time from the response's {@code Date} header, so that a wrong local clock does no harm.
 */
public final class RetryAfterParser {
    /** A longer wait is implausible and counts as none. */
    private static final Duration LONGEST = Duration.ofDays(31);

    /** A plain number of at least this value is a time in seconds since 1970. */
    private static final BigDecimal EPOCH_SECONDS = BigDecimal.valueOf(1_000_000_000L);

    /** A plain number of at least this value is a time in milliseconds since 1970. */
    private static final BigDecimal EPOCH_MILLIS = BigDecimal.valueOf(1_000_000_000_000L);

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,15}(\\.[0-9]{1,12})?");
    private static final Pattern UNITS =
            Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,12})?)(ns|us|µs|ms|s|m|h|d)");
    private static final Pattern RESET =
            Pattern.compile(
                    "(x-ratelimit-reset.*|(anthropic|x)-ratelimit-.*-reset)",
                    Pattern.CASE_INSENSITIVE);

    private RetryAfterParser() {}

    /**
     * Returns the wait, longer than zero; empty if the provider asks for none.
     *
     * @param inBody {@code error.retry_after} as written; null if it is missing
     * @param now the current time, for a response without a {@code Date} header
     */
    public static Optional<Duration> of(
            ResponseHeaders headers, @Nullable String inBody, Instant now) {
        Instant then = sentAt(headers, now);
        return headers.text("retry-after-ms")
                .flatMap(RetryAfterParser::milliseconds)
                .or(() -> headers.text("retry-after").flatMap(text -> any(text, then)))
                .or(() -> Optional.ofNullable(inBody).flatMap(text -> any(text, then)))
                .or(() -> reset(headers, then));
    }

    /** Returns the date of the response; the current time for a response without one. */
    static Instant sentAt(ResponseHeaders headers, Instant now) {
        return headers.text("date").flatMap(RetryAfterParser::httpDate).orElse(now);
    }

    /**
     * Returns the longest wait until an exhausted limit resets. If the headers do not show which
     * limits are exhausted, takes the longest of all, since a wait must not be too short.
     */
    private static Optional<Duration> reset(ResponseHeaders headers, Instant now) {
        var exhausted = longest(headers, now, true);
        return exhausted.isPresent() ? exhausted : longest(headers, now, false);
    }

    private static Optional<Duration> longest(
            ResponseHeaders headers, Instant now, boolean onlyExhausted) {
        return headers.all().entrySet().stream()
                .filter(header -> RESET.matcher(header.getKey()).matches())
                .filter(header -> !onlyExhausted || isExhausted(headers, header.getKey()))
                .flatMap(header -> any(header.getValue().strip(), now).stream())
                .max(Duration::compareTo);
    }

    private static boolean isExhausted(ResponseHeaders headers, String reset) {
        String remaining = reset.toLowerCase(Locale.ROOT).replace("reset", "remaining");
        return headers.text(remaining).filter(text -> text.matches("0+(\\.0+)?")).isPresent();
    }

    /** Parses seconds, a date, a point in time, or a duration with units. */
    static Optional<Duration> any(String text, Instant now) {
        if (NUMBER.matcher(text).matches()) {
            return number(new BigDecimal(text), now);
        }
        return withUnits(text)
                .or(() -> httpDate(text).flatMap(at -> until(at, now)))
                .or(() -> rfc3339(text).flatMap(at -> until(at, now)));
    }

    private static Optional<Duration> number(BigDecimal value, Instant now) {
        if (value.compareTo(EPOCH_MILLIS) >= 0) {
            return until(Instant.ofEpochMilli(value.longValue()), now);
        }
        if (value.compareTo(EPOCH_SECONDS) >= 0) {
            return until(Instant.EPOCH.plus(seconds(value)), now);
        }
        return plausible(seconds(value));
    }

    private static Optional<Duration> milliseconds(String text) {
        return NUMBER.matcher(text).matches()
                ? plausible(seconds(new BigDecimal(text).movePointLeft(3)))
                : Optional.empty();
    }

    private static Duration seconds(BigDecimal value) {
        BigDecimal[] parts = value.divideAndRemainder(BigDecimal.ONE);
        // Rounded up to whole nanoseconds, because a wait is never shortened.
        long nanos = parts[1].movePointRight(9).setScale(0, RoundingMode.CEILING).longValue();
        return Duration.ofSeconds(parts[0].longValue(), nanos);
    }

    /** Parses durations such as {@code 6m0s}, {@code 1h2m3.5s}, {@code 120ms}. */
    private static Optional<Duration> withUnits(String text) {
        Matcher parts = UNITS.matcher(text);
        Duration sum = Duration.ZERO;
        int end = 0;
        while (parts.find() && parts.start() == end) {
            sum = sum.plus(seconds(new BigDecimal(parts.group(1)).multiply(unit(parts.group(2)))));
            end = parts.end();
        }
        return end == text.length() && end > 0 ? plausible(sum) : Optional.empty();
    }

    private static BigDecimal unit(String name) {
        return switch (name) {
            case "ns" -> BigDecimal.ONE.movePointLeft(9);
            case "us", "µs" -> BigDecimal.ONE.movePointLeft(6);
            case "ms" -> BigDecimal.ONE.movePointLeft(3);
            case "s" -> BigDecimal.ONE;
            case "m" -> BigDecimal.valueOf(60);
            case "h" -> BigDecimal.valueOf(3_600);
            default -> BigDecimal.valueOf(86_400);
        };
    }

    private static Optional<Instant> httpDate(String text) {
        try {
            return Optional.of(
                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> rfc3339(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<Duration> until(Instant at, Instant now) {
        return plausible(Duration.between(now, at));
    }

    private static Optional<Duration> plausible(Duration wait) {
        return wait.isPositive() && wait.compareTo(LONGEST) <= 0
                ? Optional.of(wait)
                : Optional.empty();
    }
}
