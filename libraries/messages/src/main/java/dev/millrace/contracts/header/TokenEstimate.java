package dev.millrace.contracts.header;

/**
 * The estimated tokens of one call.
 *
 * @param input input tokens, 0 or more
 * @param output output tokens of all choices, 0 or more
 */
public record TokenEstimate(long input, long output) {
    public TokenEstimate {
        if (input < 0 || output < 0) {
            throw new IllegalArgumentException(
                    "estimated tokens must not be negative, were " + input + " and " + output);
        }
    }
}
