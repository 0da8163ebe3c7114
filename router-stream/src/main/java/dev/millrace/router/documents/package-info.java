/**
 * Long documents: divides a document that is too long for one call, sends its parts as separate
 * jobs, collects their answers, sends the calls that join the answers, and ends the job of the
 * request. {@link dev.millrace.router.documents.Documents} plugs into the core.
 *
 * <p>{@link dev.millrace.router.documents.DocumentPlanning} divides a document while its job is
 * planned: {@code DocumentReader} finds it, {@code DocumentSplitter} decides the parts, which
 * {@code SplitPlan} stores.
 *
 * <p>{@link dev.millrace.router.documents.SplitTask} processes the planned jobs; {@code SplitStep}
 * runs it. {@code PartSender} sends parts, {@code PartJobs} makes their records, {@code PartText}
 * their texts. {@code LostParts} finds parts that must be sent again. {@code JobFinisher} writes
 * the one result of a job, {@code SplitFailures} handles failures of jobs. {@code SplitStore} keeps
 * their records and progress, the running parts, and the answers to the ended ones.
 *
 * <p>Planning is pure, and runs on any thread; the rest belongs to the stream thread of a task.
 *
 * <p>{@code docs/decisions/013-long-documents.md} has the reasons.
 */
@NullMarked
package dev.millrace.router.documents;

import org.jspecify.annotations.NullMarked;
