package dev.millrace.bench.scale;

import java.time.Duration;

/**
 * What is measured.
 *
 * @param jobs of each backlog
 * @param partitions of each topic
 * @param slots of each worker
 * @param call how long each call takes
 */
record ScalePlan(int jobs, int partitions, int slots, Duration call) {}
