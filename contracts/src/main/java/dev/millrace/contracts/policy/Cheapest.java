package dev.millrace.contracts.policy;

import static dev.millrace.contracts.Violation.require;

import dev.millrace.contracts.catalog.Tier;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The cheapest model that can do a job, by what the job would cost with it.
 *
 * @param among models by name or alias; empty: every model in service
 * @param tier only models of one of these; empty: of any
 */
public record Cheapest(List<String> among, Set<Tier> tier) {
    public Cheapest {
        require(new HashSet<>(among).size() == among.size(), "among", "must name each model once");
        among = List.copyOf(among);
        tier = Ordered.copy(tier);
    }
}
