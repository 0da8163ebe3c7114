/**
 * Jobs that wait until the topics of their model exist. {@link
 * dev.millrace.router.hold.HeldJobs} keeps them in the store of their task, sends them to
 * routing when the topics exist, and reports their number to control.
 *
 * <p>Belongs to the stream thread of a task. Depends on {@code entry}, {@code failure}, {@code
 * message}, {@code waiting} and contracts.
 *
 * <p>{@code docs/decisions/009-router-steps.md} has the reasons.
 */
@NullMarked
package dev.millrace.router.hold;

import org.jspecify.annotations.NullMarked;
