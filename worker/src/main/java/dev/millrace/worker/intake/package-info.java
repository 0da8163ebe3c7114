/**
 * Turns records into jobs. {@code Recovery} determines which jobs of a new partition are finished,
 * {@code Intake} buffers and admits records, and {@code JobAdmission} creates jobs from them.
 * {@code ControlChanges} applies control. {@code WaitingJobs} ends jobs that wait too long and lets
 * jobs fall back from open breakers. {@code TopicIdCheck} detects recreated topics, and {@code
 * FinishedRecordCleanup} deletes finished records. Runs on the loop's thread. Depends on {@code
 * dispatch}, {@code commit}, {@code schedule}, {@code limits}, {@code breaker}, {@code capacity},
 * {@code ledger}, {@code outcome}, {@code job} and the ports.
 */
@NullMarked
package dev.millrace.worker.intake;

import org.jspecify.annotations.NullMarked;
