package dev.millrace.standalone.forecast;

import org.jspecify.annotations.Nullable;

/**
 * A line of a file.
 *
 * @param number from 1, blank lines counted
 * @param customId null when it has none that can be used
 */
public record Line(String file, long number, @Nullable String customId) {
    /** Where it stands. */
    public String place() {
        return file + ":" + number;
    }
}
