package dev.millrace.gateway.job;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.ControlWaits;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.waiting.Waiting;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;

/** Tells why jobs wait. Thread-safe. */
@FunctionalInterface
public interface JobWaits {
    /** Knows of no wait. */
    JobWaits NONE = (_, _, _) -> List.of();

    /**
     * Returns why the jobs of a batch may wait.
     *
     * @param models what the jobs name: models, aliases or {@code auto}; empty if unknown
     */
    List<Waiting> of(String tenant, String batch, Set<String> models);

    /** Returns the waits that control tells. */
    static JobWaits of(Supplier<ControlState> control, Catalog catalog, InstantSource clock) {
        return (tenant, batch, models) -> {
            Instant now = clock.instant();
            Set<String> names =
                    models.contains(RequestLine.AUTO)
                            ? Set.of()
                            : models.stream().map(catalog::nameOf).collect(Collectors.toSet());
            return new ControlWaits(control.get().inEffect(now), now)
                    .of(new ControlWaits.Scope(tenant, batch, names));
        };
    }

    /**
     * Tells why a job waits, as the end of a sentence; empty if no reason is known.
     *
     * @param model what it names; empty if unknown
     */
    default String text(String tenant, String batch, String model) {
        Set<String> models = model.isEmpty() ? Set.of() : Set.of(model);
        String reasons =
                of(tenant, batch, models).stream()
                        .map(Waiting::text)
                        .collect(Collectors.joining("; "));
        return reasons.isEmpty() ? "" : "; the job was waiting: " + reasons;
    }

    /** Adds waits to an array. */
    static void write(List<Waiting> waits, ArrayNode array) {
        waits.forEach(it -> it.toJson(array.addObject()));
    }
}
