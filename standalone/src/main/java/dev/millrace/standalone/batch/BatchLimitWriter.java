package dev.millrace.standalone.batch;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.control.ControlKey.BatchLimit;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.control.LimitChanges;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Writes the limit of each batch of a submission to the control topic, before the first line of the
 * batch is published. So the limit also applies to lines that were published earlier. Used by one
 * thread.
 */
public final class BatchLimitWriter {
    private final PipelineClient client;
    private final BudgetLimit limit;
    private final RandomGenerator random;
    private final Set<BatchLimit> written = new HashSet<>();

    /**
     * Creates a writer.
     *
     * @param limit the limit of each batch
     * @param random adds jitter to the retries of concurrent writers
     */
    public BatchLimitWriter(PipelineClient client, BudgetLimit limit, RandomGenerator random) {
        this.client = client;
        this.limit = limit;
        this.random = random;
    }

    /** Writes the limits of the batches that have none of this submission yet. */
    public void write(Collection<BatchLimit> batches) {
        var missing = new LinkedHashSet<>(batches);
        missing.removeAll(written);
        if (!missing.isEmpty()) {
            var _ = client.write(random, state -> LimitChanges.set(state, missing, limit));
            written.addAll(missing);
        }
    }
}
