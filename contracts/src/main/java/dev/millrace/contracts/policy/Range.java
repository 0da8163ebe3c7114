package dev.millrace.contracts.policy;

import static dev.millrace.contracts.Violation.require;

import java.util.OptionalLong;

/**
 * A range of whole numbers; at least one of its ends is there.
 *
 * @param atLeast the lowest number within, 0 or more; absent: no lower bound
 * @param below the lowest number beyond, above {@code atLeast}; absent: no upper bound
 */
public record Range(OptionalLong atLeast, OptionalLong below) {
    public Range {
        require(
                atLeast.isPresent() || below.isPresent(),
                "at_least",
                "must be there, or below, or both");
        require(atLeast.orElse(0) >= 0, "at_least", "must be 0 or more");
        require(
                below.orElse(Long.MAX_VALUE) > atLeast.orElse(0),
                "below",
                "must be above at_least, and 1 or more");
    }

    /** Whether a number lies within. */
    public boolean holds(long number) {
        return number >= atLeast.orElse(Long.MIN_VALUE)
                && (below.isEmpty() || number < below.getAsLong());
    }
}
