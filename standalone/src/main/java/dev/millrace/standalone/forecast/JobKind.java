package dev.millrace.standalone.forecast;

import java.util.List;

/**
 * The common properties of jobs of one model whose costs differ from the estimate in similar ways.
 *
 * @param family hash of the kind of task and the instructions before the question; {@link #ANY} for
 *     every family
 * @param inputClass number of binary digits of the input tokens; {@link #ANY} for every size
 * @param outputClass number of binary digits of the limit of the output tokens; {@link #ANY} for
 *     every limit
 */
public record JobKind(int family, int inputClass, int outputClass) {
    /** Matches every value. */
    static final int ANY = -1;

    /**
     * Creates the kind of a job.
     *
     * @param inputTokens 0 or more
     * @param outputLimit limit of the output tokens, 0 or more; {@link Long#MAX_VALUE} for none
     */
    public static JobKind of(int family, long inputTokens, long outputLimit) {
        return new JobKind(
                family & Integer.MAX_VALUE, binaryDigits(inputTokens), binaryDigits(outputLimit));
    }

    private static int binaryDigits(long value) {
        return Long.SIZE - Long.numberOfLeadingZeros(value);
    }

    /** Returns this kind without its family. */
    JobKind ofAnyFamily() {
        return new JobKind(ANY, inputClass, outputClass);
    }

    /** Returns the kinds that include this one, from all jobs to the kind itself. */
    List<JobKind> fromWidest() {
        JobKind all = new JobKind(ANY, ANY, ANY);
        return family == ANY
                ? List.of(all, this)
                : List.of(all, ofAnyFamily(), new JobKind(family, ANY, ANY), this);
    }
}
