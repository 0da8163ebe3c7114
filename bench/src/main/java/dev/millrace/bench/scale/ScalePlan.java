package dev.millrace.bench.scale;

import java.time.Duration;

/**
 * The parameters of {@code bench scale}.
 *
 * @param jobs jobs in each backlog
 * @param partitions partitions of each topic
 * @param slots slots of each worker
 * @param call duration of each call
 */
record ScalePlan(int jobs, int partitions, int slots, Duration call) {}
