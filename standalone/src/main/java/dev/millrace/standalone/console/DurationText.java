package dev.millrace.standalone.console;

import java.time.Duration;

/** Formats durations as human-readable text, such as {@code 4 min 10 s}. */
public final class DurationText {
    private DurationText() {}

    /** Returns a duration in its two largest units, down to seconds. */
    public static String of(Duration duration) {
        if (duration.toMinutes() == 0) {
            return duration.toSeconds() + " s";
        }
        return duration.toHours() == 0
                ? duration.toMinutes() + " min " + duration.toSecondsPart() + " s"
                : duration.toHours() + " h " + duration.toMinutesPart() + " min";
    }
}
