package dev.millrace.gateway.job;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.gateway.serving.ControlWaits;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;

/** Finds out why jobs wait. Thread-safe. */
@FunctionalInterface
public interface JobWaits {
    /** Knows of no wait. */
    JobWaits NONE = _ -> List.of();

    /**
     * Returns why the jobs of a batch may wait.
     *
     * @param scope has the names by which the jobs ask for models: models, aliases or {@code auto};
     *     none if unknown
     */
    List<Waiting> of(ControlWaits.Scope scope);

    /** Returns the waits that control reports. */
    static JobWaits of(Supplier<ControlState> control, Catalog catalog, InstantSource clock) {
        return scope -> {
            Instant now = clock.instant();
            return new ControlWaits(control.get().inEffect(now), now).of(scope.resolved(catalog));
        };
    }

    /**
     * Returns these waits, after the services that jobs lack.
     *
     * @param missing returns the services that jobs lack, by their request topic and the names by
     *     which they ask for models
     * @param requestTopics finds the topic for the requests of a tenant
     */
    default JobWaits with(
            BiFunction<Optional<String>, Set<String>, List<Waiting>> missing,
            Function<String, Optional<String>> requestTopics) {
        return scope ->
                Stream.concat(
                                missing
                                        .apply(requestTopics.apply(scope.tenant()), scope.models())
                                        .stream(),
                                of(scope).stream())
                        .toList();
    }

    /** Returns the reason why a job waits, as the end of a sentence; empty if unknown. */
    default String text(ControlWaits.Scope scope) {
        String reasons = of(scope).stream().map(Waiting::text).collect(Collectors.joining("; "));
        return reasons.isEmpty() ? "" : "; the job was waiting: " + reasons;
    }

    /** Adds waits to an array. */
    static void write(List<Waiting> waits, ArrayNode array) {
        waits.forEach(it -> array.add(it.toJson()));
    }
}
