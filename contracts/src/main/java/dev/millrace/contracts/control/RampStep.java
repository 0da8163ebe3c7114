package dev.millrace.contracts.control;

import static dev.millrace.contracts.Violation.require;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * Where a ramp is.
 *
 * @param version of the policy that it belongs to, as in {@code routed_by}; another version's ramp
 *     begins anew
 * @param arm the model whose share grows
 * @param step number of the step, from 0
 * @param share of the arm, in percent, 0 to 100
 * @param since when the step began
 */
public record RampStep(String version, String arm, int step, double share, Instant since) {
    private static final double ALL = 100;

    public RampStep {
        require(step >= 0, "step", "must be 0 or more, was " + step);
        require(share >= 0 && share <= ALL, "share", "must be 0 to 100 percent, was " + share);
    }

    /** The record that says so of a rule, by its number from 1. */
    public ControlRecord record(String policy, int rule) {
        var json = ControlJson.object();
        json.put("version", version);
        json.put("arm", arm);
        json.put("step", step);
        json.put("share", BigDecimal.valueOf(share));
        json.put("since", since.toString());
        return new ControlRecord(new ControlKey.Ramp(policy, rule), ControlJson.bytes(json));
    }

    /**
     * Reads a record's value.
     *
     * @throws IllegalArgumentException when it is no step of a ramp
     */
    static RampStep of(byte[] value) {
        var json = ControlJson.read(value, "a ramp");
        return new RampStep(
                json.text("version"),
                json.text("arm"),
                json.count("step", 0),
                json.decimal("share").doubleValue(),
                json.time("since"));
    }
}
