package dev.millrace.bench.resilience;

import java.time.Duration;

/**
 * The parameters of the measurements with a fault.
 *
 * @param jobs size of each backlog
 * @param lasts length of each fault
 * @param openFor time until the first trial call of a breaker
 */
record FaultPlan(int jobs, Duration lasts, Duration openFor) {}
