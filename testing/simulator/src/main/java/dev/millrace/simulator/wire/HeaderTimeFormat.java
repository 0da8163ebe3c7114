package dev.millrace.simulator.wire;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** Formats durations and dates as providers do in headers. */
public final class HeaderTimeFormat {
    private static final long MILLIS_PER_SECOND = 1_000;

    private HeaderTimeFormat() {}

    /**
     * Formats a duration as OpenAI does, rounded up to a millisecond: {@code 17ms}, {@code 8.64s},
     * {@code 6m0s}, {@code 1h0m0s}.
     */
    public static String compact(Duration duration) {
        long millis = ceilMillis(duration);
        if (millis < MILLIS_PER_SECOND) {
            return millis == 0 ? "0s" : millis + "ms";
        }
        long hours = millis / 3_600_000;
        long minutes = millis / 60_000 % 60;
        StringBuilder text = new StringBuilder();
        if (hours > 0) {
            text.append(hours).append('h');
        }
        if (hours > 0 || minutes > 0) {
            text.append(minutes).append('m');
        }
        return text.append(seconds(millis % 60_000)).append('s').toString();
    }

    /** Formats whole seconds for {@code Retry-After}, rounded up. */
    public static String wholeSeconds(Duration duration) {
        return Long.toString(Math.ceilDiv(ceilMillis(duration), MILLIS_PER_SECOND));
    }

    /** Formats whole milliseconds for {@code retry-after-ms}, rounded up. */
    public static String wholeMillis(Duration duration) {
        return Long.toString(ceilMillis(duration));
    }

    /** Formats an HTTP date, rounded up to a second. */
    public static String httpDate(Instant instant) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ceilSecond(instant).atOffset(ZoneOffset.UTC));
    }

    /** Formats RFC 3339 in whole seconds as Anthropic does, rounded up. */
    public static String rfc3339(Instant instant) {
        return ceilSecond(instant).toString();
    }

    private static Instant ceilSecond(Instant instant) {
        Instant whole = instant.truncatedTo(ChronoUnit.SECONDS);
        return whole.equals(instant) ? whole : whole.plusSeconds(1);
    }

    private static long ceilMillis(Duration duration) {
        return Math.ceilDiv(Math.max(0, duration.toNanos()), 1_000_000L);
    }

    private static String seconds(long millis) {
        String whole = Long.toString(millis / MILLIS_PER_SECOND);
        long rest = millis % MILLIS_PER_SECOND;
        if (rest == 0) {
            return whole;
        }
        String digits = Long.toString(MILLIS_PER_SECOND + rest).substring(1);
        return whole + "." + digits.replaceAll("(?<!0)0++$", "");
    }
}
