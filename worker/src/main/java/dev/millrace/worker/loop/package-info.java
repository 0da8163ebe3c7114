/**
 * The worker's loop: one thread that owns the consumer, the transactional producer and all state of
 * the jobs that this worker has taken. What it needs of the world stands behind the five ports of
 * {@link dev.millrace.worker.port}; time, dates and chance are arguments. So {@code runOnce()} runs
 * against fakes as well.
 *
 * <p>In the order of a job: {@code Recovery} finds out where a partition goes on, {@code Intake}
 * takes its records, {@code JobAdmission} makes jobs of them, {@code Schedule} knows which goes
 * next, {@code CallDispatcher} announces and starts calls and collects their ends, {@code
 * JobCompletion} settles jobs, {@code Committer} writes what is settled, {@code WaitingJobExpiry}
 * ends what waits for too long or is cancelled, {@code FinishedRecordCleanup} lets go of what is
 * finished. {@code Capacity} knows what fits, and {@code PauseAndCancelState} what the worker was
 * told to leave.
 */
@NullMarked
package dev.millrace.worker.loop;

import org.jspecify.annotations.NullMarked;
