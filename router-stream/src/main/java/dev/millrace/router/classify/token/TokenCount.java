package dev.millrace.router.classify.token;

import java.util.OptionalLong;

/**
 * Estimate of a number of tokens, with bounds that hold for any tokenizer.
 *
 * @param estimate best guess, 0 or more
 * @param atLeast lower bound; a job that exceeds a limit by this bound certainly does not fit
 * @param atMost upper bound, safe for hard limits; empty if unbounded
 */
public record TokenCount(long estimate, long atLeast, OptionalLong atMost) {
    public TokenCount {
        if (atLeast < 0 || atLeast > estimate || estimate > atMost.orElse(Long.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "token counts out of order: " + atLeast + " <= " + estimate + " <= " + atMost);
        }
    }

    /** Returns an exact count. */
    public static TokenCount exactly(long tokens) {
        return new TokenCount(tokens, tokens, OptionalLong.of(tokens));
    }

    /** Returns a count whose guess is clamped to the bounds. */
    static TokenCount within(long atLeast, long guess, OptionalLong atMost) {
        long max = atMost.orElse(Long.MAX_VALUE);
        long min = Math.min(atLeast, max);
        return new TokenCount(Math.clamp(guess, min, max), min, atMost);
    }
}
