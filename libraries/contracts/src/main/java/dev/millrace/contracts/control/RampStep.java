package dev.millrace.contracts.control;

import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.contracts.json.JsonFields;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * The current step of a ramp.
 *
 * @param version version of the policy, as in {@code routed_by}; the ramp of another version starts
 *     over
 * @param arm model whose share grows
 * @param step number of the step, from 0
 * @param share share of the arm in percent, 0 to 100
 * @param since start of the step
 */
public record RampStep(String version, String arm, int step, double share, Instant since) {
    private static final double MAX_PERCENT = 100;

    public RampStep {
        require(step >= 0, "step", "must be 0 or more, was " + step);
        require(
                share >= 0 && share <= MAX_PERCENT,
                "share",
                "must be 0 to 100 percent, was " + share);
    }

    /**
     * Returns the record for a rule.
     *
     * @param rule number of the rule, from 1
     */
    public ControlRecord record(String policy, int rule) {
        var json = JsonFields.object();
        json.put("version", version);
        json.put("arm", arm);
        json.put("step", step);
        json.put("share", BigDecimal.valueOf(share));
        json.put("since", since.toString());
        return new ControlRecord(new ControlKey.Ramp(policy, rule), JsonFields.bytes(json));
    }

    /**
     * Reads a record's value.
     *
     * @throws IllegalArgumentException if the value is not a ramp step
     */
    static RampStep of(byte[] value) {
        var json = JsonFields.read(value, "a ramp");
        return new RampStep(
                json.text("version"),
                json.text("arm"),
                json.count("step", 0),
                json.decimal("share").doubleValue(),
                json.time("since"));
    }
}
