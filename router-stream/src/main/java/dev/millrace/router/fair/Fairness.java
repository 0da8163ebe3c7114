package dev.millrace.router.fair;

import java.util.function.ToIntFunction;

/**
 * What fairness between tenants is measured by.
 *
 * @param limit how many jobs a tenant may be ahead at a model in one partition, 1 or more; {@link
 *     FairPace#limit}
 * @param weights of tenants, 1 or more; asked from any stream thread
 */
public record Fairness(double limit, ToIntFunction<String> weights) {}
