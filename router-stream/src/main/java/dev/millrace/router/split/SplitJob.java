package dev.millrace.router.split;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.router.budget.partition.store.BudgetedJob;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A split job whose record and document are read on first use. Used within one turn. */
final class SplitJob {
    private final Supplier<BudgetedJob> source;
    private final Function<String, Optional<Model>> models;
    private @Nullable BudgetedJob job;
    private @Nullable PartJobs parts;

    /**
     * @param models finds a model of the catalog by its name
     */
    SplitJob(Supplier<BudgetedJob> source, Function<String, Optional<Model>> models) {
        this.source = source;
        this.models = models;
    }

    BudgetedJob job() {
        if (job == null) {
            job = source.get();
        }
        return job;
    }

    PartJobs parts() {
        if (parts == null) {
            parts = new PartJobs(job(), models);
        }
        return parts;
    }
}
