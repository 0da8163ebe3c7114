package dev.millrace.standalone.audit;

import dev.millrace.contracts.catalog.Model;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The lowest and highest possible cost of requests under a policy.
 *
 * @param models the models that the policy can choose
 * @param unrouted number of requests without a model in the policy, which keep their cost
 */
record CostRange(BigDecimal leastUsd, BigDecimal mostUsd, Set<Model> models, long unrouted) {
    static final CostRange NONE = new CostRange(BigDecimal.ZERO, BigDecimal.ZERO, Set.of(), 0);

    CostRange {
        models = Collections.unmodifiableSet(new LinkedHashSet<>(models));
    }

    CostRange plus(CostRange other) {
        var all = new LinkedHashSet<>(models);
        all.addAll(other.models);
        return new CostRange(
                leastUsd.add(other.leastUsd),
                mostUsd.add(other.mostUsd),
                all,
                unrouted + other.unrouted);
    }
}
