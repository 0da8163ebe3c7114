package dev.millrace.contracts.policy;

import static dev.millrace.reader.problem.Violation.require;

import java.util.OptionalLong;

/**
 * A range of whole numbers with at least one bound.
 *
 * @param atLeast inclusive lower bound, 0 or more; absent: none
 * @param below exclusive upper bound, above {@code atLeast}; absent: none
 */
public record Range(OptionalLong atLeast, OptionalLong below) {
    public Range {
        require(
                atLeast.isPresent() || below.isPresent(),
                "at_least",
                "is required, unless below is set");
        require(atLeast.orElse(0) >= 0, "at_least", "must be 0 or more");
        require(
                below.orElse(Long.MAX_VALUE) > atLeast.orElse(0),
                "below",
                "must be above at_least, and 1 or more");
    }

    /** Returns true if the number is within the range. */
    public boolean holds(long number) {
        return number >= atLeast.orElse(Long.MIN_VALUE)
                && (below.isEmpty() || number < below.getAsLong());
    }
}
