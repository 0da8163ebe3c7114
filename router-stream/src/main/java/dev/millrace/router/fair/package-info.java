/**
 * Keeps tenants from standing behind each other: who is how far ahead of its fair pace at which
 * model, in the jobs of one partition of the request topics. What is too far ahead goes to the
 * model's bulk lane.
 *
 * <p>The pace is start-time fair queueing turned around. Each model has a virtual time; a tenant's
 * job moves the tenant's mark ahead by one over its weight, and the end of a job moves the virtual
 * time, so that all who are ahead come closer to it, in the ratio of their weights. How many jobs a
 * tenant is ahead is then its part of the jobs that wait or run in the normal lane.
 *
 * <p>All belongs to one stream thread and one partition.
 */
@NullMarked
package dev.millrace.router.fair;

import org.jspecify.annotations.NullMarked;
