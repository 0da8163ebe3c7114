package dev.millrace.yaml.binding;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Parses and formats the durations of a file: a whole number with the unit {@code ms}, {@code s},
 * {@code m}, {@code h} or {@code d}.
 */
public final class Durations {
    /** Describes the form of a duration, for messages. */
    public static final String FORM = "a duration such as 500ms, 30s, 5m, 24h or 30d";

    private static final Pattern DURATION = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");

    /** Longest duration. A {@code long} of nanoseconds holds 292 years. */
    private static final Duration MAX = Duration.ofDays(36_500);

    private Durations() {}

    /**
     * Parses a duration.
     *
     * @throws IllegalArgumentException if the text is not a duration, or longer than 100 years
     */
    public static Duration parse(String text) {
        var matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(text);
        }
        var count = Long.parseLong(matcher.group(1));
        var duration =
                switch (matcher.group(2)) {
                    case "ms" -> Duration.ofMillis(count);
                    case "s" -> Duration.ofSeconds(count);
                    case "m" -> Duration.ofMinutes(count);
                    case "h" -> Duration.ofHours(count);
                    default -> Duration.ofDays(count);
                };
        if (duration.compareTo(MAX) > 0) {
            throw new IllegalArgumentException(text);
        }
        return duration;
    }

    /**
     * Formats a duration, truncated to milliseconds, in the largest unit up to hours that keeps it
     * whole.
     */
    public static String format(Duration duration) {
        var millis = duration.toMillis();
        if (millis == 0 || millis % 1_000 != 0) {
            return millis + "ms";
        }
        if (millis % 60_000 != 0) {
            return millis / 1_000 + "s";
        }
        return millis % 3_600_000 != 0 ? millis / 60_000 + "m" : millis / 3_600_000 + "h";
    }
}
