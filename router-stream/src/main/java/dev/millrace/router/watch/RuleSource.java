package dev.millrace.router.watch;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.EffectivePolicy;
import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.RoutedBy;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.router.exposure.GuardedArms;
import dev.millrace.router.watch.guard.GuardedArm;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Knows which rules are to be watched now: those of the policies in control, and of those in the
 * configuration that control has none for. From any thread.
 */
public final class RuleSource implements Supplier<WatchedRules> {
    private final Supplier<ControlState> control;
    private final Map<String, Policy> ofTheFile;
    private final Catalog catalog;
    private volatile WatchedRules last;

    /**
     * Begins with what control says now.
     *
     * @param control the state as it is when it is asked for
     * @param ofTheFile the policies of the configuration, by name
     */
    public RuleSource(
            Supplier<ControlState> control, Map<String, Policy> ofTheFile, Catalog catalog) {
        this.control = control;
        this.ofTheFile = Map.copyOf(ofTheFile);
        this.catalog = catalog;
        last = rules(control.get());
    }

    @Override
    public WatchedRules get() {
        ControlState now = control.get();
        WatchedRules known = last;
        if (known.control() != now) {
            known = rules(now);
            last = known;
        }
        return known;
    }

    /**
     * The guarded arms; each may begin with as many unfinished jobs as its guard looks at, divided
     * among partitions.
     */
    public GuardedArms guardedArms(int partitions) {
        return routedBy -> {
            WatchedRules now = get();
            return now.rule(routedBy)
                    .flatMap(rule -> rule.guard().map(guard -> arm(now, rule, guard, partitions)));
        };
    }

    private static GuardedArms.Arm arm(
            WatchedRules now, WatchedRule rule, GuardedArm guard, int partitions) {
        long clearedMillis =
                now.lastTrip(rule.policy(), guard.model())
                        .flatMap(Trip::clearedAt)
                        .map(Instant::toEpochMilli)
                        .orElse(0L);
        return new GuardedArms.Arm(
                guard.model(), Math.ceilDiv(guard.rule().over(), partitions), clearedMillis);
    }

    private WatchedRules rules(ControlState now) {
        Map<String, WatchedRule> watched = new HashMap<>();
        EffectivePolicy.all(now, ofTheFile).forEach((name, policy) -> add(name, policy, watched));
        return new WatchedRules(now, catalog, watched);
    }

    private void add(String name, EffectivePolicy inForce, Map<String, WatchedRule> watched) {
        List<Rule> rules = inForce.policy().rules();
        for (int i = 0; i < rules.size(); i++) {
            var routedBy = new RoutedBy(name, i + 1, inForce.version());
            WatchedRule.of(routedBy, rules.get(i), catalog::nameOf)
                    .ifPresent(rule -> watched.put(rule.id(), rule));
        }
    }
}
