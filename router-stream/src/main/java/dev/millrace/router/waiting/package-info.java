/**
 * Jobs that wait in the store of a task: for the call of an identical job, or for money. Their
 * deadlines and cancellations take effect meanwhile.
 *
 * <p>Belongs to the stream thread of a task. Depends on {@code entry}, {@code message} and
 * contracts.
 */
@NullMarked
package dev.millrace.router.waiting;

import org.jspecify.annotations.NullMarked;
