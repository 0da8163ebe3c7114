/**
 * Chooses the next job: from ready jobs by model, lane and age, jobs that wait for a time, and jobs
 * of paused tenants and batches. Pure state on the loop's thread. Depends on {@code limits}, {@code
 * capacity}, {@code job} and the ports.
 *
 * <p>{@code docs/decisions/016-lanes.md} has the reasons.
 */
@NullMarked
package dev.millrace.worker.schedule;

import org.jspecify.annotations.NullMarked;
