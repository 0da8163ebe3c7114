package dev.millrace.router.documents;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.router.waiting.PlannedRecord;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A split job that reads its record and document on first use. Used within one turn. */
final class SplitJob {
    private final Supplier<PlannedRecord> source;
    private final Function<String, Optional<Model>> models;
    private @Nullable PlannedRecord job;
    private @Nullable PartJobs parts;

    /**
     * @param models finds a model of the catalog by its name
     */
    SplitJob(Supplier<PlannedRecord> source, Function<String, Optional<Model>> models) {
        this.source = source;
        this.models = models;
    }

    PlannedRecord job() {
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
