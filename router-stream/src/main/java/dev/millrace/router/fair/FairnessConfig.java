package dev.millrace.router.fair;

import java.util.function.ToIntFunction;

/**
 * Parameters of fairness between tenants.
 *
 * @param limit number of jobs that a tenant can be ahead at a model in one partition, 1 or more;
 *     see {@link FairLaneAssigner#limitPerPartition}
 * @param weights returns a tenant's weight, 1 or more; called by any stream thread
 */
public record FairnessConfig(double limit, ToIntFunction<String> weights) {}
