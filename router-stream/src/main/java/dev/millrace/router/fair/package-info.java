/**
 * Keeps one tenant's backlog from delaying other tenants. Tracks how far each tenant is ahead of
 * its fair pace at each model, within one partition of the request topics. Jobs of a tenant that is
 * too far ahead go to the model's bulk lane.
 *
 * <p>The pace is a form of start-time fair queueing. Each model has a virtual time. Admitting a
 * tenant's job moves the tenant's finish tag ahead by 1 / weight. The end of a job advances the
 * virtual time, which reduces all leads in proportion to the tenants' weights. A tenant's lead in
 * jobs is then its part of the jobs that wait or run in the normal lane.
 *
 * <p>All objects belong to one stream thread and one partition. A gateway keeps a separate pace for
 * the calls that it plans.
 *
 * <p>{@code docs/decisions/016-lanes.md} has the reasons.
 */
@NullMarked
package dev.millrace.router.fair;

import org.jspecify.annotations.NullMarked;
