/**
 * Planned jobs that are held before they are routed: until the topics of their model exist, or
 * until an hour in which calls cost less. {@link dev.millrace.router.hold.HeldJobs} keeps them in
 * the store of their task, sends them to routing, and reports their number to control. {@link
 * dev.millrace.router.hold.CheaperHours} decides how long a job may wait for an hour.
 *
 * <p>Belongs to the stream thread of a task, except {@link dev.millrace.router.hold.QueueTimes}.
 * Depends on {@code entry}, {@code failure}, {@code message}, {@code waiting} and contracts.
 *
 * <p>{@code docs/decisions/009-router-steps.md} has the reasons.
 */
@NullMarked
package dev.millrace.router.hold;

import org.jspecify.annotations.NullMarked;
