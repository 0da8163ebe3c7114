package dev.millrace.standalone.policy.report;

import dev.millrace.contracts.policy.Arm;
import dev.millrace.contracts.policy.Guard;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.Ramp;
import dev.millrace.contracts.policy.RoutedBy;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.contracts.result.CostEvent;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compares the arms of each rule with a split, from the final cost events of one version of a
 * policy. Money is exact except for averages; latencies have the precision of a {@link
 * LatencyHistogram}. Memory depends on the number of arms only. Used by one thread.
 */
final class ArmComparison {
    /** Splits by the value of {@code routed_by}, in the order of the rules. */
    private final Map<String, SplitCounters> splits = new LinkedHashMap<>();

    private @Nullable Instant firstEnd;

    /**
     * @param version version as in {@code routed_by}
     * @param modelOf returns the name in the catalog for a name in a policy
     */
    ArmComparison(String policy, String version, Policy rules, UnaryOperator<String> modelOf) {
        for (var i = 0; i < rules.rules().size(); i++) {
            var rule = rules.rules().get(i);
            if (!rule.split().isEmpty()) {
                splits.put(
                        new RoutedBy(policy, i + 1, version).text(),
                        SplitCounters.of(i + 1, rule, modelOf));
            }
        }
    }

    /** Returns true if a rule has a split. */
    boolean hasSplit() {
        return !splits.isEmpty();
    }

    /**
     * Adds a cost event. Ignores events of other rules and versions, and events that are not final.
     *
     * @param at time of the event
     */
    void onEvent(CostEvent event, Instant at) {
        var end = event.end();
        if (end == null || end.route().by() == null || end.route().to() == null) {
            return;
        }
        var split = splits.get(end.route().by());
        if (split != null) {
            split.arm(end.route().to()).onEnd(end, event.model());
            firstEnd = firstEnd == null || at.isBefore(firstEnd) ? at : firstEnd;
        }
    }

    /** Returns the time of the earliest end; empty if no job has ended. */
    Optional<Instant> firstEnd() {
        return Optional.ofNullable(firstEnd);
    }

    /** Returns the figures of the arms by the number of the rule. */
    Map<Integer, List<ArmFigures>> figures() {
        var figures = new LinkedHashMap<Integer, List<ArmFigures>>();
        splits.values().forEach(split -> figures.put(split.rule, split.figures()));
        return figures;
    }

    /**
     * Counters of one rule.
     *
     * @param watched models whose arms are ramped or guarded
     * @param arms counters by model
     */
    private record SplitCounters(int rule, Set<String> watched, Map<String, ArmCounter> arms) {
        static SplitCounters of(int number, Rule rule, UnaryOperator<String> modelOf) {
            var arms = new LinkedHashMap<String, ArmCounter>();
            for (Arm arm : rule.split()) {
                var model = modelOf.apply(arm.model());
                arms.putIfAbsent(model, new ArmCounter(arm.model(), model));
            }
            var watched =
                    Stream.concat(
                                    rule.ramp().map(Ramp::arm).stream(),
                                    rule.guard().map(Guard::arm).stream())
                            .map(modelOf)
                            .collect(Collectors.toSet());
            return new SplitCounters(number, watched, arms);
        }

        ArmCounter arm(String model) {
            return arms.computeIfAbsent(model, it -> new ArmCounter(it, it));
        }

        List<ArmFigures> figures() {
            return arms.values().stream()
                    .map(arm -> arm.figures(watched.contains(arm.model()) ? saved(arm) : null))
                    .toList();
        }

        private @Nullable BigDecimal saved(ArmCounter arm) {
            var jobs = -arm.jobs();
            var usd = arm.costUsd().negate();
            for (ArmCounter each : arms.values()) {
                jobs += each.jobs();
                usd = usd.add(each.costUsd());
            }
            return jobs == 0 || arm.jobs() == 0
                    ? null
                    : MoneyShare.of(usd, arm.jobs(), jobs).subtract(arm.costUsd());
        }
    }
}
