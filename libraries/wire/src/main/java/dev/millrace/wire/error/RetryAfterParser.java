package dev.millrace.wire.error;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
            Pattern.compile(
                    "([0-9]{1,12}(?:\\.[0-9]{1,12})?)\\s?(ns|us|µs|ms|milliseconds?|毫秒|minutes?|mins?"
                            + "|分钟?|seconds?|secs?|s|秒|m|hours?|hrs?|h|小时|days?|d|天)"
                            + "(?:,? and |[, ]+)?",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern RESET =
            Pattern.compile(
                    "^((x-)?ratelimit-reset.*|(anthropic|x)-ratelimit-.*-reset)",
                    Pattern.CASE_INSENSITIVE);

    /**
     * An exhausted limit in a single header.
     *
     * @see <a href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/">The
     *     drafts</a>
     */
    private static final Pattern EXHAUSTED =
            Pattern.compile("\\b(?:r=0;\\s?t|remaining=0,\\s?reset)=([0-9]{1,9})\\b");

    /** A header that came twice, as proxies join it. */
    private static final Pattern TWICE = Pattern.compile("^([0-9.]{1,40})(?:,\\s?\\1){1,9}$");

    /** The day of the week, which every form of a date repeats. */
    private static final Pattern WEEKDAY = Pattern.compile("^[A-Za-z]{3,9},?\\s+");

    /** A date in the form of RFC 850, with a two-digit year. */
    private static final Pattern SHORT_YEAR =
            Pattern.compile("(\\d{1,2})-([A-Za-z]{3})-(\\d{2}) (\\d{2}:\\d{2}:\\d{2})");

    private static final DateTimeFormatter FIXED_DATE = form("d MMM uuuu HH:mm:ss");
    private static final DateTimeFormatter ASCTIME_DATE = form("MMM ppd HH:mm:ss uuuu");
    private static final int LONGEST_FUTURE_YEARS = 50;

    private RetryAfterParser() {}

    /**
     * Returns the wait, longer than zero; empty if the provider asks for none.
     *
     * @param body the error; its fields and message can name the wait
     * @param now the current time, for a response without a {@code Date} header
     */
    public static Optional<Duration> of(ResponseHeaders headers, ErrorBody body, Instant now) {
        Instant then = sentAt(headers, now);
        return headers.text("retry-after-ms")
                .or(() -> headers.text("x-ms-retry-after-ms"))
                .flatMap(RetryAfterParser::milliseconds)
                .or(() -> headers.text("retry-after").flatMap(text -> any(text, then)))
                .or(() -> Optional.ofNullable(body.retryAfter()).flatMap(text -> any(text, then)))
                .or(() -> inMessage(body, then))
                .or(() -> reset(headers, then))
                .or(() -> headers.text("ratelimit").flatMap(RetryAfterParser::exhausted));
    }

    /** Reads the header of the IETF drafts, which names the reset beside the remainder. */
    private static Optional<Duration> exhausted(String text) {
        Matcher reset = EXHAUSTED.matcher(text);
        return reset.find() ? plausible(seconds(new BigDecimal(reset.group(1)))) : Optional.empty();
    }

    /**
     * Returns the wait that the message names. Used before a reset, which belongs to a whole window
     * instead of this call.
     */
    private static Optional<Duration> inMessage(ErrorBody body, Instant now) {
        return Optional.ofNullable(body.message())
                .flatMap(Signatures::wait)
                .flatMap(text -> any(text.strip(), now));
    }

    /** Returns the date of the response; the current time for a response without one. */
    static Instant sentAt(ResponseHeaders headers, Instant now) {
        return headers.text("date").flatMap(text -> httpDate(text, now)).orElse(now);
    }

    /**
     * Returns the time until the reset of the limit with the smallest remaining part. A daily limit
     * resets too late if the limit per minute was exceeded. Of several equal limits, takes the
     * longest wait, since the wait must not be too short.
     */
    private static Optional<Duration> reset(ResponseHeaders headers, Instant now) {
        List<Reset> resets =
                headers.all().entrySet().stream()
                        .filter(header -> RESET.matcher(header.getKey()).matches())
                        .flatMap(header -> reset(headers, header, now).stream())
                        .toList();
        double least = resets.stream().mapToDouble(Reset::left).min().orElse(1);
        return resets.stream()
                .filter(reset -> reset.left <= least)
                .map(Reset::after)
                .max(Duration::compareTo);
    }

    /**
     * The reset of a limit.
     *
     * @param left the share of the limit that is left
     */
    private record Reset(double left, Duration after) {}

    private static Optional<Reset> reset(
            ResponseHeaders headers, Map.Entry<String, String> header, Instant now) {
        String name = header.getKey().toLowerCase(Locale.ROOT);
        String value = header.getValue().strip();
        return (name.endsWith("-ms") ? milliseconds(value) : any(value, now))
                .map(after -> new Reset(left(headers, name), after));
    }

    /** A limit without a reported remainder ranks right after exhausted limits. */
    private static double left(ResponseHeaders headers, String reset) {
        double remaining = amount(headers, reset.replace("reset", "remaining"), Double.MIN_VALUE);
        double limit = amount(headers, reset.replace("reset", "limit"), remaining);
        return remaining < 1 ? remaining : remaining / Math.max(limit, remaining);
    }

    private static double amount(ResponseHeaders headers, String name, double missing) {
        return headers.text(name)
                .filter(text -> NUMBER.matcher(text).matches())
                .map(Double::parseDouble)
                .orElse(missing);
    }

    /** Parses seconds, a date, a point in time, or a duration with units. */
    static Optional<Duration> any(String written, Instant now) {
        String text = TWICE.matcher(written.replace("\"", "").strip()).replaceFirst("$1");
        if (NUMBER.matcher(text).matches()) {
            return number(new BigDecimal(text), now);
        }
        return withUnits(text)
                .or(() -> isoDuration(text))
                .or(() -> httpDate(text, now).flatMap(at -> until(at, now)))
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
            sum =
                    sum.plus(
                            seconds(
                                    new BigDecimal(parts.group(1))
                                            .multiply(
                                                    unit(
                                                            parts.group(2)
                                                                    .toLowerCase(Locale.ROOT)))));
            end = parts.end();
        }
        return end == text.length() && end > 0 ? plausible(sum) : Optional.empty();
    }

    private static BigDecimal unit(String name) {
        return switch (name) {
            case "ns" -> BigDecimal.ONE.movePointLeft(9);
            case "us", "µs" -> BigDecimal.ONE.movePointLeft(6);
            case "ms", "millisecond", "milliseconds", "毫秒" -> BigDecimal.ONE.movePointLeft(3);
            case "s", "sec", "secs", "second", "seconds", "秒" -> BigDecimal.ONE;
            case "m", "min", "mins", "minute", "minutes", "分", "分钟" -> BigDecimal.valueOf(60);
            case "h", "hr", "hrs", "hour", "hours", "小时" -> BigDecimal.valueOf(3_600);
            default -> BigDecimal.valueOf(86_400);
        };
    }

    private static Optional<Duration> isoDuration(String text) {
        try {
            return plausible(Duration.parse(text));
        } catch (DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    /**
     * Parses the three forms of a date that RFC 9110 asks recipients to accept; their zone is
     * always GMT. The day of the week is not needed, and can be wrong.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7">RFC 9110</a>
     */
    private static Optional<Instant> httpDate(String text, Instant now) {
        String date = WEEKDAY.matcher(text).replaceFirst("").replaceFirst("( GMT| UTC|Z)$", "");
        Matcher shortYear = SHORT_YEAR.matcher(date);
        return shortYear.matches()
                ? parsed(
                        "%s %s %d %s"
                                .formatted(
                                        shortYear.group(1),
                                        shortYear.group(2),
                                        year(Integer.parseInt(shortYear.group(3)), now),
                                        shortYear.group(4)),
                        FIXED_DATE)
                : parsed(date, FIXED_DATE).or(() -> parsed(date, ASCTIME_DATE));
    }

    /** A year that seems to be more than 50 years in the future is in the past. */
    private static int year(int lastDigits, Instant now) {
        int thisYear = now.atOffset(ZoneOffset.UTC).getYear();
        int year = thisYear - thisYear % 100 + lastDigits;
        return year > thisYear + LONGEST_FUTURE_YEARS ? year - 100 : year;
    }

    private static DateTimeFormatter form(String pattern) {
        return new DateTimeFormatterBuilder()
                .parseCaseInsensitive()
                .appendPattern(pattern)
                .toFormatter(Locale.ENGLISH);
    }

    private static Optional<Instant> parsed(String date, DateTimeFormatter form) {
        try {
            return Optional.of(LocalDateTime.parse(date, form).toInstant(ZoneOffset.UTC));
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
