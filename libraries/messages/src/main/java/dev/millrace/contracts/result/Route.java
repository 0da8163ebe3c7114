package dev.millrace.contracts.result;

import org.jspecify.annotations.Nullable;

/**
 * How a job got its model.
 *
 * @param by policy, rule and version that selected the model; null for none
 * @param to first model of the job's chain, which identifies the arm of a ramp, even if another
 *     model answered; null for none
 */
public record Route(@Nullable String by, @Nullable String to) {
    /** The route of a job without a model, or of an event of an earlier version. */
    public static final Route NONE = new Route(null, null);
}
