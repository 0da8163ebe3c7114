package dev.millrace.standalone.forecast;

import dev.millrace.contracts.job.JobId;
import org.jspecify.annotations.Nullable;

/**
 * Location of a line in a file.
 *
 * @param number line number from 1, blank lines counted
 * @param customId null if the line has no usable custom_id
 * @param jobId null if the line is no job
 */
public record LineLocation(
        String file, long number, @Nullable String customId, @Nullable JobId jobId) {
    /** Returns the location as {@code file:number}. */
    public String text() {
        return file + ":" + number;
    }
}
