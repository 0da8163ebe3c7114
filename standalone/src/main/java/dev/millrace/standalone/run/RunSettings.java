package dev.millrace.standalone.run;

import dev.millrace.contracts.budget.BudgetLimit;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a run, from the command line and the configuration.
 *
 * @param files input files, at least one
 * @param output file for the results
 * @param limit maximum number of lines to process, at least 1
 * @param retryFailed true to send jobs again that failed in an earlier run
 * @param maxLineBytes maximum size of a line that is sent in full
 * @param requestTopic topic to which the lines are published
 * @param boundTenant tenant of every job in the request topic; null when each line names its own
 * @param batchLimit limit for the cost of each batch; null if the run sets none
 * @param reuse whether a new file gets answers of an earlier batch
 */
record RunSettings(
        List<InputFile> files,
        Path output,
        long limit,
        boolean retryFailed,
        int maxLineBytes,
        String requestTopic,
        @Nullable String boundTenant,
        @Nullable BudgetLimit batchLimit,
        Reuse reuse) {
    RunSettings {
        files = List.copyOf(files);
    }
}
