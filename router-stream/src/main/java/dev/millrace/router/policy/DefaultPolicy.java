package dev.millrace.router.policy;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.EffectivePolicy;
import dev.millrace.contracts.policy.Guard;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.Rule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Knows how the policy of jobs that leave the choice to the router stands: as control has it, else
 * as the configuration does. From any thread.
 */
public final class DefaultPolicy implements Supplier<Optional<LivePolicy>> {
    private final Supplier<ControlState> control;
    private final String name;
    private final Catalog catalog;
    private final Map<String, Policy> ofTheFile;
    private volatile Known last;

    private record Known(ControlState control, Optional<LivePolicy> live) {}

    /** Begins with what control says now. */
    public DefaultPolicy(Supplier<ControlState> control, MillraceConfig config) {
        this.control = control;
        name = config.router().defaultPolicy();
        catalog = config.catalog();
        ofTheFile = config.policies();
        last = known(control.get());
    }

    @Override
    public Optional<LivePolicy> get() {
        ControlState now = control.get();
        Known known = last;
        if (known.control() != now) {
            known = known(now);
            last = known;
        }
        return known.live();
    }

    private Known known(ControlState now) {
        return new Known(now, EffectivePolicy.one(name, now, ofTheFile).map(it -> live(it, now)));
    }

    private LivePolicy live(EffectivePolicy inForce, ControlState now) {
        List<Rule> rules = inForce.policy().rules();
        Map<Integer, Double> shares = new HashMap<>();
        Set<String> tripped = new HashSet<>();
        for (int number = 1; number <= rules.size(); number++) {
            int rule = number;
            now.rampStep(name, rule, inForce.version())
                    .ifPresent(step -> shares.put(rule, step.share()));
            rules.get(number - 1)
                    .guard()
                    .map(Guard::arm)
                    .filter(arm -> now.trip(name, arm, catalog).isPresent())
                    .ifPresent(tripped::add);
        }
        return new LivePolicy(name, inForce.version(), inForce.policy(), shares, tripped);
    }
}
