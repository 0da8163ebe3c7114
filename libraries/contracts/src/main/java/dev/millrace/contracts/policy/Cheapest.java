package dev.millrace.contracts.policy;

import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.contracts.catalog.Tier;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Selects the cheapest model that can do a job, by the estimated cost of the job.
 *
 * @param among candidate models by name or alias; empty: every model in service
 * @param tier tiers of the candidates; empty: any tier
 */
public record Cheapest(List<String> among, Set<Tier> tier) {
    public Cheapest {
        require(new HashSet<>(among).size() == among.size(), "among", "must name each model once");
        among = List.copyOf(among);
        tier = SortedSets.copy(tier);
    }
}
