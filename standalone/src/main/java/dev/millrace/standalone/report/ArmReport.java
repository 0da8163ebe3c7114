package dev.millrace.standalone.report;

import dev.millrace.contracts.policy.Arm;
import dev.millrace.contracts.policy.Guard;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.Ramp;
import dev.millrace.contracts.policy.RoutedBy;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.contracts.result.CostEvent;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compares the arms of each rule with a split, by the final cost events of one version of a policy.
 * Money is exact but for averages; latencies are those of a {@link LatencyHistogram}. Its size
 * depends on the number of arms only. Of one thread.
 */
final class ArmReport {
    /** By what stands in {@code routed_by}, in the order of the rules. */
    private final Map<String, SplitTally> splits = new LinkedHashMap<>();

    /**
     * @param version as in {@code routed_by}
     * @param modelOf the name in the catalog of what a policy names
     */
    ArmReport(String policy, String version, Policy rules, UnaryOperator<String> modelOf) {
        for (var i = 0; i < rules.rules().size(); i++) {
            var rule = rules.rules().get(i);
            if (!rule.split().isEmpty()) {
                splits.put(
                        new RoutedBy(policy, i + 1, version).text(),
                        SplitTally.of(i + 1, rule, modelOf));
            }
        }
    }

    /** Whether there is anything to compare. */
    boolean hasSplit() {
        return !splits.isEmpty();
    }

    /** A cost event of any job; those of others, and those that are not final, are passed over. */
    void onEvent(CostEvent event) {
        var end = event.end();
        if (end == null || end.routedBy() == null || end.routedTo() == null) {
            return;
        }
        var split = splits.get(end.routedBy());
        if (split != null) {
            split.arm(end.routedTo()).onEnd(end, event.model());
        }
    }

    /** What has been counted, by the number of the rule. */
    Map<Integer, List<ArmFigures>> figures() {
        var figures = new LinkedHashMap<Integer, List<ArmFigures>>();
        splits.values().forEach(split -> figures.put(split.rule, split.figures()));
        return figures;
    }

    /**
     * One rule.
     *
     * @param watched models whose arms are ramped or guarded
     * @param arms by their models
     */
    private record SplitTally(int rule, Set<String> watched, Map<String, ArmTally> arms) {
        static SplitTally of(int number, Rule rule, UnaryOperator<String> modelOf) {
            var arms = new LinkedHashMap<String, ArmTally>();
            for (Arm arm : rule.split()) {
                var model = modelOf.apply(arm.model());
                arms.putIfAbsent(model, new ArmTally(arm.model(), model));
            }
            var watched =
                    Stream.concat(
                                    rule.ramp().map(Ramp::arm).stream(),
                                    rule.guard().map(Guard::arm).stream())
                            .map(modelOf)
                            .collect(Collectors.toSet());
            return new SplitTally(number, watched, arms);
        }

        ArmTally arm(String model) {
            return arms.computeIfAbsent(model, it -> new ArmTally(it, it));
        }

        List<ArmFigures> figures() {
            return arms.values().stream()
                    .map(arm -> arm.figures(watched.contains(arm.model()) ? saved(arm) : null))
                    .toList();
        }

        private @Nullable BigDecimal saved(ArmTally arm) {
            var jobs = -arm.jobs();
            var usd = arm.costUsd().negate();
            for (ArmTally each : arms.values()) {
                jobs += each.jobs();
                usd = usd.add(each.costUsd());
            }
            return jobs == 0 || arm.jobs() == 0
                    ? null
                    : Share.of(usd, arm.jobs(), jobs).subtract(arm.costUsd());
        }
    }
}
