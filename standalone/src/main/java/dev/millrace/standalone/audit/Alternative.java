package dev.millrace.standalone.audit;

import java.math.BigDecimal;
import java.util.List;

/**
 * A way to answer all requests of an audit, with its cost.
 *
 * @param key name in JSON
 * @param label human-readable name
 * @param usd exact cost in US dollars
 */
record Alternative(String key, String label, BigDecimal usd) {

    /** Returns the present cost, then the alternatives to it. */
    static List<Alternative> of(AuditFigures figures) {
        CostRange policy = figures.policyCost();
        return List.of(
                new Alternative("now", "now", figures.sum(ModelFigures::usd)),
                new Alternative(
                        "same_tier",
                        "cheaper, same tier or higher",
                        figures.sum(ModelFigures::sameTierUsd)),
                new Alternative(
                        "any_tier", "cheaper, any tier", figures.sum(ModelFigures::anyTierUsd)),
                new Alternative("policy_least", "policy, at least", policy.leastUsd()),
                new Alternative("policy_most", "policy, at most", policy.mostUsd()));
    }
}
