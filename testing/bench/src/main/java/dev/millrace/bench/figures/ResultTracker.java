package dev.millrace.bench.figures;

import java.util.BitSet;
import java.util.Optional;

/** Tracks which jobs have a result, to check that each job has exactly one. */
public final class ResultTracker {
    private final BitSet numbers = new BitSet();
    private final int jobs;
    private int distinct;
    private long repeated;
    private long unknown;

    /**
     * @param jobs number of jobs, numbered from 0
     */
    public ResultTracker(int jobs) {
        this.jobs = jobs;
    }

    /** Records a result of the job with the given number. */
    public void add(long number) {
        if (number < 0 || number >= jobs) {
            unknown++;
        } else if (numbers.get((int) number)) {
            repeated++;
        } else {
            numbers.set((int) number);
            distinct++;
        }
    }

    /** Returns the number of jobs that have a result. */
    public int distinct() {
        return distinct;
    }

    /** Describes missing, repeated and unknown results; empty when each job has exactly one. */
    public Optional<String> problem() {
        return distinct == jobs && repeated == 0 && unknown == 0
                ? Optional.empty()
                : Optional.of(
                        "%d of %d jobs have a result, %d results are repeated, %d belong to no job"
                                .formatted(distinct, jobs, repeated, unknown));
    }
}
