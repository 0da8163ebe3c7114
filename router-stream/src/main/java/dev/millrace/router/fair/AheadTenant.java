package dev.millrace.router.fair;

/**
 * Tenant that is ahead of its fair pace at a model.
 *
 * @param jobs number of jobs that it is ahead, summed over all partitions
 */
public record AheadTenant(String model, String tenant, double jobs) {}
