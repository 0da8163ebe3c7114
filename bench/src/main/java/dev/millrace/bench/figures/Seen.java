package dev.millrace.bench.figures;

import java.util.BitSet;
import java.util.Optional;

/** Which jobs have a result: each of the first so many, and no other, should have one. */
public final class Seen {
    private final BitSet numbers = new BitSet();
    private final int jobs;
    private int distinct;
    private long repeated;
    private long foreign;

    /**
     * @param jobs that there are, numbered from 0
     */
    public Seen(int jobs) {
        this.jobs = jobs;
    }

    /** A result of the job of that number. */
    public void add(long number) {
        if (number < 0 || number >= jobs) {
            foreign++;
        } else if (numbers.get((int) number)) {
            repeated++;
        } else {
            numbers.set((int) number);
            distinct++;
        }
    }

    /** How many jobs have one. */
    public int distinct() {
        return distinct;
    }

    /** What is wrong, in one sentence; empty when the results are exactly those of the jobs. */
    public Optional<String> problem() {
        return distinct == jobs && repeated == 0 && foreign == 0
                ? Optional.empty()
                : Optional.of(
                        "%d of %d jobs have a result, %d results are repeated, %d are of no job"
                                .formatted(distinct, jobs, repeated, foreign));
    }
}
