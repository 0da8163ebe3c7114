package dev.millrace.simulator.wire;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** Durations and dates as providers spell them in headers. */
public final class WaitForms {
    private static final long MILLIS_PER_SECOND = 1_000;

    private WaitForms() {}

    /**
     * OpenAI's form: {@code 17ms}, {@code 8.64s}, {@code 6m0s}, {@code 1h0m0s}; rounded up to a
     * millisecond.
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

    /** Whole seconds, rounded up, as {@code Retry-After} has them. */
    public static String wholeSeconds(Duration duration) {
        return Long.toString(Math.ceilDiv(ceilMillis(duration), MILLIS_PER_SECOND));
    }

    /** Whole milliseconds, rounded up, as {@code retry-after-ms} has them. */
    public static String wholeMillis(Duration duration) {
        return Long.toString(ceilMillis(duration));
    }

    /** An HTTP date, rounded up to a second. */
    public static String httpDate(Instant instant) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ceilSecond(instant).atOffset(ZoneOffset.UTC));
    }

    /** RFC 3339 in whole seconds, rounded up, as Anthropic has it. */
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
        return whole + "." + digits.replaceAll("0+$", "");
    }
}
