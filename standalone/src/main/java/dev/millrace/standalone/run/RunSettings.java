package dev.millrace.standalone.run;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.header.SubmissionHeaders;
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
 * @param spending what each batch may cost, and how its calls are bought
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
        Spending spending,
        Reuse reuse) {
    RunSettings {
        files = List.copyOf(files);
    }

    /**
     * What a batch may cost.
     *
     * @param limit limit for the cost of each batch; null if the run sets none
     * @param defaults how jobs are bought whose line does not say how
     */
    record Spending(@Nullable BudgetLimit limit, SubmissionHeaders.Defaults defaults) {
        /** No limit, at the standard tier. */
        static final Spending NONE = new Spending(null, SubmissionHeaders.Defaults.NONE);
    }

    /** Returns the limit for the cost of each batch; null if the run sets none. */
    @Nullable BudgetLimit batchLimit() {
        return spending.limit;
    }
}
