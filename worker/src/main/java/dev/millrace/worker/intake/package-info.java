/**
 * Records on their way to jobs: {@code Recovery} finds out which jobs of a new partition are
 * finished, {@code Intake} buffers and admits records, {@code JobAdmission} makes jobs of them,
 * {@code WaitingJobExpiry} ends jobs that wait too long or are cancelled, {@code TopicIdCheck}
 * notices recreated topics, and {@code FinishedRecordCleanup} deletes finished records. Runs on the
 * loop's thread. Depends on {@code dispatch}, {@code commit}, {@code schedule}, {@code limits},
 * {@code job} and the ports.
 */
@NullMarked
package dev.millrace.worker.intake;

import org.jspecify.annotations.NullMarked;
