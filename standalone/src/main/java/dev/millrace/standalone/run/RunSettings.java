package dev.millrace.standalone.run;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run was asked to do.
 *
 * @param files at least one
 * @param output where the results go
 * @param limit only so many lines are taken, at least 1
 * @param requestTopic where the lines are published
 * @param boundTenant whose all jobs of the request topic are; null when the lines say so themselves
 * @param maxLineBytes longest line that is sent as it is
 * @param retryFailed whether jobs that failed before are sent again
 */
public record RunSettings(
        List<InputFile> files,
        Path output,
        long limit,
        boolean retryFailed,
        int maxLineBytes,
        String requestTopic,
        @Nullable String boundTenant) {
    public RunSettings {
        files = List.copyOf(files);
    }
}
