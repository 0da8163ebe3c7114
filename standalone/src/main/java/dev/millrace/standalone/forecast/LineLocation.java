package dev.millrace.standalone.forecast;

import org.jspecify.annotations.Nullable;

/**
 * Location of a line in a file.
 *
 * @param number line number from 1, blank lines counted
 * @param customId null if the line has no usable custom_id
 */
public record LineLocation(String file, long number, @Nullable String customId) {
    /** Returns the location as {@code file:number}. */
    public String text() {
        return file + ":" + number;
    }
}
