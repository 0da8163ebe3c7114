package dev.millrace.router.hold;

import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.router.hold.HoldGroups.Group;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Decides when to report which jobs wait: when groups or numbers change, and before the last report
 * expires.
 */
final class HoldReport {
    /** Shortest time between two reports. */
    private static final Duration SPACING = Duration.ofSeconds(2);

    private Set<Group> reported = Set.of();
    private Instant reportedAt = Instant.EPOCH;

    /**
     * Returns the report that is due; empty for none.
     *
     * @param missing finds out why jobs of a model wait
     */
    Optional<WorkerReport> next(
            Collection<Group> groups, Function<String, Optional<String>> missing, Instant now) {
        if (groups.isEmpty() && reported.isEmpty()) {
            return Optional.empty();
        }
        var latest = Set.copyOf(groups);
        Duration wait = latest.equals(reported) ? WorkerReport.REPEAT : SPACING;
        if (now.isBefore(reportedAt.plus(wait))) {
            return Optional.empty();
        }
        reported = latest;
        reportedAt = now;
        Map<Waiting.Queue, Waiting> waits = new LinkedHashMap<>();
        for (Group group : groups) {
            Waiting waiting = waiting(group, missing);
            waits.merge(waiting.queue(), waiting, Waiting::plus);
        }
        return Optional.of(
                new WorkerReport(
                        now.plus(WorkerReport.VALIDITY),
                        List.of(),
                        List.of(),
                        List.copyOf(waits.values()),
                        List.of()));
    }

    private static Waiting waiting(Group group, Function<String, Optional<String>> missing) {
        Hold hold = group.hold();
        Hold.Hour hour = hold.hour();
        return new Waiting(
                hold.model(),
                Optional.empty(),
                hold.reason(),
                hour == null
                        ? missing.apply(hold.model()).orElse("its topics exist now")
                        : hold.value(),
                Optional.ofNullable(hour).map(Hold.Hour::begins),
                group.jobs());
    }
}
