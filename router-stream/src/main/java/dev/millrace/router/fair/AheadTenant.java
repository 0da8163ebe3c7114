package dev.millrace.router.fair;

/**
 * A tenant that is ahead of its fair pace at a model.
 *
 * @param jobs by how many, over all partitions
 */
public record AheadTenant(String model, String tenant, double jobs) {}
