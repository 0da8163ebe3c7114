package dev.millrace.contracts.job;

import org.jspecify.annotations.Nullable;

/**
 * The optional {@code millrace.split} object of a request: how to split a document that is too long
 * for the job's model. All values are optional.
 *
 * @param size maximum number of tokens of a part, {@value #MIN_SIZE} to {@value #MAX_SIZE}; null
 *     for as many as the model's context window leaves
 * @param overlap maximum number of tokens that a part repeats from the previous part, at most a
 *     quarter of the size; null for 2 % of the size
 * @param joinPrompt prompt of the calls that join answers, the key {@code reduce}, not blank; null
 *     for the default
 * @param onFailedPart the effect of a failed part
 */
public record SplitOptions(
        @Nullable Integer size,
        @Nullable Integer overlap,
        @Nullable String joinPrompt,
        OnFailedPart onFailedPart) {
    /** Smallest size of a part. */
    public static final int MIN_SIZE = 100;

    /** Largest size of a part. */
    public static final int MAX_SIZE = 100_000_000;

    /** The options of an empty object. */
    public static final SplitOptions DEFAULT =
            new SplitOptions(null, null, null, OnFailedPart.FAIL);

    /** The effect on a job when a part of its document fails. */
    public enum OnFailedPart {
        /** The job fails with the error of the part. */
        FAIL,
        /** The part is left out, and the result reports it. */
        OMIT
    }
}
