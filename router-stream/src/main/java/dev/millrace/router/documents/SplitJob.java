package dev.millrace.router.documents;

import dev.millrace.router.waiting.PlannedRecord;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A split job that reads its record and document on first use. Used within one turn. */
final class SplitJob {
    private final Supplier<PlannedRecord> source;
    private final SplitServices services;
    private @Nullable PlannedRecord job;
    private @Nullable PartJobs parts;

    SplitJob(Supplier<PlannedRecord> source, SplitServices services) {
        this.source = source;
        this.services = services;
    }

    PlannedRecord job() {
        if (job == null) {
            job = source.get();
        }
        return job;
    }

    PartJobs parts() {
        if (parts == null) {
            parts =
                    new PartJobs(
                            job(),
                            services.models(),
                            services.additions(),
                            services.clock().instant());
        }
        return parts;
    }
}
