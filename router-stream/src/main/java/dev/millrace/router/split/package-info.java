/**
 * Processes long documents: sends the parts of a document as separate jobs, collects their answers,
 * sends the calls that join the answers, and ends the job of the request.
 *
 * <p>Everything starts at {@link dev.millrace.router.split.SplitTask}, which {@code step.SplitStep}
 * calls. {@code PartSender} sends parts, {@code PartJobs} makes their records, {@code PartText}
 * their texts. {@code LostParts} finds parts that must be sent again. {@code JobFinisher} writes
 * the one result of a job, {@code SplitFailures} handles failures of jobs. {@code SplitStore} keeps
 * their records and progress, the running parts, and the answers to the ended ones.
 *
 * <p>All of it belongs to the stream thread of a task. Depends on {@code document}, {@code
 * waiting}, {@code entry} and {@code cache.result}.
 *
 * <p>{@code docs/decisions/013-long-documents.md} has the reasons.
 */
@NullMarked
package dev.millrace.router.split;

import org.jspecify.annotations.NullMarked;
