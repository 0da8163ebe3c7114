package dev.millrace.bench.figures;

import java.util.Arrays;

/**
 * How evenly the partitions of one lane progress: the largest difference between two of them at any
 * moment, as a part of the jobs of a partition.
 */
public final class Evenness {
    private final int[] finished;
    private final long jobsOfAPartition;
    private int largestDifference;

    /**
     * @param partitions 1 or more, with the same number of jobs
     * @param jobsOfAPartition 1 or more
     */
    public Evenness(int partitions, long jobsOfAPartition) {
        this.finished = new int[partitions];
        this.jobsOfAPartition = jobsOfAPartition;
    }

    /** A job of that partition has its result. */
    public void onFinished(int partition) {
        finished[partition]++;
    }

    /** Compares the partitions at this moment. */
    public void sample() {
        int most = Arrays.stream(finished).max().orElse(0);
        int fewest = Arrays.stream(finished).min().orElse(0);
        largestDifference = Math.max(largestDifference, most - fewest);
    }

    /** Returns the largest difference of all samples; 0 to 1. */
    public double largestPart() {
        return (double) largestDifference / jobsOfAPartition;
    }
}
