/**
 * Processes long documents: sends the parts of a document as separate jobs, collects their answers,
 * sends the calls that join the answers, and ends the job of the request.
 *
 * <p>The entry point is {@link dev.millrace.router.split.SplitTask}, which {@code step.SplitStep}
 * calls. {@code PartSender} sends parts, {@code PartJobs} makes their records, and {@code PartText}
 * makes their texts. {@code LostParts} finds parts that must be sent again. {@code JobFinisher}
 * writes the one result of a job, and {@code SplitFailures} handles failures of jobs. {@code store}
 * keeps the state.
 *
 * <p>All objects belong to the stream thread of a task. Depends on {@code split.store}, {@code
 * document}, {@code waiting} and {@code cache.result}.
 *
 * <p>{@code docs/decisions/013-long-documents.md} has the reasons.
 */
@NullMarked
package dev.millrace.router.split;

import org.jspecify.annotations.NullMarked;
