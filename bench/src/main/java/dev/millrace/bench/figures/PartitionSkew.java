package dev.millrace.bench.figures;

import java.util.Arrays;

/**
 * Measures how evenly the partitions of one lane progress: the largest difference between two
 * partitions in any sample, as a fraction of a partition's jobs.
 */
public final class PartitionSkew {
    private final int[] finished;
    private final long jobsPerPartition;
    private int largestDifference;

    /**
     * @param partitions number of partitions, 1 or more, with equal numbers of jobs
     * @param jobsPerPartition jobs of each partition, 1 or more
     */
    public PartitionSkew(int partitions, long jobsPerPartition) {
        this.finished = new int[partitions];
        this.jobsPerPartition = jobsPerPartition;
    }

    /** Counts a result of the given partition. */
    public void onFinished(int partition) {
        finished[partition]++;
    }

    /** Compares the partitions now. */
    public void sample() {
        int most = Arrays.stream(finished).max().orElse(0);
        int fewest = Arrays.stream(finished).min().orElse(0);
        largestDifference = Math.max(largestDifference, most - fewest);
    }

    /** Returns the largest difference of all samples, 0 to 1. */
    public double maxSkew() {
        return (double) largestDifference / jobsPerPartition;
    }
}
