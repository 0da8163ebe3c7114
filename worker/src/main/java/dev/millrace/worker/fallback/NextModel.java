package dev.millrace.worker.fallback;

import dev.millrace.contracts.header.Fallback;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.RequestLine;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * The model that a job falls back to.
 *
 * @param position its index in the job's chain
 * @param skipped models of the chain before it that cannot do the job, with the reasons
 */
public record NextModel(int position, FallbackModel target, List<Fallback> skipped) {
    public NextModel {
        skipped = List.copyOf(skipped);
    }

    /** Returns the model's catalog name. */
    public String name() {
        return target.model().name();
    }

    /**
     * Returns the job's headers at this model.
     *
     * @param left the current model, and why the job leaves it
     * @param attempts calls made for the job so far
     * @param billedUsd amount known to be billed for the job so far
     */
    public JobHeaders headers(
            JobHeaders job, RequestLine line, Fallback left, int attempts, BigDecimal billedUsd) {
        var fallbacks = new ArrayList<>(job.fallbacks());
        fallbacks.add(left);
        fallbacks.addAll(skipped);
        RequestLine bounded = job.costLimit() == null ? line : line.withBoundedCost();
        return job.atModel(position, attempts, billedUsd, fallbacks, target.outputLimit(bounded));
    }
}
