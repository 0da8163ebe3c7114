package dev.millrace.router.hold;

import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.router.hold.HoldGroups.ModelWait;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Decides when to report which jobs wait: when models or numbers change, and before the last report
 * expires.
 */
final class HoldReport {
    /** Shortest time between two reports. */
    private static final Duration SPACING = Duration.ofSeconds(2);

    private Set<ModelWait> reported = Set.of();
    private Instant reportedAt = Instant.EPOCH;

    /**
     * Returns the report that is due; empty for none.
     *
     * @param missing finds out why jobs of a model wait
     */
    Optional<WorkerReport> next(
            Collection<ModelWait> models, Function<String, Optional<String>> missing, Instant now) {
        if (models.isEmpty() && reported.isEmpty()) {
            return Optional.empty();
        }
        var latest = Set.copyOf(models);
        Duration wait = latest.equals(reported) ? WorkerReport.REPEAT : SPACING;
        if (now.isBefore(reportedAt.plus(wait))) {
            return Optional.empty();
        }
        reported = latest;
        reportedAt = now;
        List<Waiting> waits = models.stream().map(it -> waiting(it, missing)).toList();
        return Optional.of(
                new WorkerReport(
                        now.plus(WorkerReport.VALIDITY), List.of(), List.of(), waits, List.of()));
    }

    private static Waiting waiting(ModelWait model, Function<String, Optional<String>> missing) {
        return new Waiting(
                model.name(),
                Optional.empty(),
                WaitingReason.NO_TOPIC,
                missing.apply(model.name()).orElse("its topics exist now"),
                Optional.empty(),
                model.jobs());
    }
}
