/**
 * Jobs that wait in the store of a task: for the call of an identical job, for money, for topics,
 * or for the parts of a document. {@link dev.millrace.router.waiting.WaitingRoom} ends them by
 * their deadlines and cancellations, and when their entries are damaged. {@link
 * dev.millrace.router.waiting.WaitingJobStore} stores each as a {@link
 * dev.millrace.router.waiting.WaitingRecord}. {@code cache}, {@code budget}, {@code hold} and
 * {@code documents} decide what a job waits for.
 *
 * <p>Belongs to the stream thread of a task, except {@link
 * dev.millrace.router.waiting.OldestWaitingJob}. Depends on {@code entry}, {@code failure}, {@code
 * message}, {@code records} and contracts.
 */
@NullMarked
package dev.millrace.router.waiting;

import org.jspecify.annotations.NullMarked;
