package dev.millrace.standalone.report;

import dev.millrace.contracts.control.EffectivePolicy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How the arms of one version of a policy compare.
 *
 * @param policy its name
 * @param version its rules, and where they come from
 * @param isInForce whether jobs are routed by that version now
 * @param since events before that time are not counted; absent: all of that version are
 * @param extent what was read
 * @param rules those with a split
 */
public record Comparison(
        String policy,
        EffectivePolicy version,
        boolean isInForce,
        Optional<Instant> since,
        Extent extent,
        List<RuleFigures> rules) {
    public Comparison {
        rules = List.copyOf(rules);
    }
}
