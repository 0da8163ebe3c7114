package dev.millrace.standalone.run;

import java.nio.file.Path;
import java.util.List;

/**
 * What a run was asked to do.
 *
 * @param files at least one
 * @param output where the results go
 * @param limit only so many lines are taken, at least 1
 * @param retryFailed whether jobs that failed before are sent again
 */
public record RunSettings(List<InputFile> files, Path output, long limit, boolean retryFailed) {
    public RunSettings {
        files = List.copyOf(files);
    }
}
