package dev.millrace.router.classify.token;

import java.util.OptionalLong;

/**
 * What is known of a number of tokens.
 *
 * @param estimate the best guess, 0 or more
 * @param atLeast no fewer, whatever the tokenizer: what is refused by it surely did not fit
 * @param atMost no more, whatever the tokenizer: a hard limit may rest on it; empty when nothing
 *     bounds it
 */
public record TokenCount(long estimate, long atLeast, OptionalLong atMost) {
    public TokenCount {
        if (atLeast < 0 || atLeast > estimate || estimate > atMost.orElse(Long.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "not in order: " + atLeast + " <= " + estimate + " <= " + atMost);
        }
    }

    /** A number that is known. */
    public static TokenCount exactly(long tokens) {
        return new TokenCount(tokens, tokens, OptionalLong.of(tokens));
    }

    /** Bounds and a guess, which is moved between them where it lies outside. */
    static TokenCount within(long atLeast, long guess, OptionalLong atMost) {
        long most = atMost.orElse(Long.MAX_VALUE);
        long least = Math.min(atLeast, most);
        return new TokenCount(Math.clamp(guess, least, most), least, atMost);
    }
}
