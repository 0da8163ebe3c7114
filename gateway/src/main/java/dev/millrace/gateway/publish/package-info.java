/**
 * Publishes accepted batches.
 *
 * <pre>
 * PublishingLoop ──repeats──► PublishingSession ──► SubmissionReader   the batches of this member
 *                                    │                     └──► WaitingBatches   whose turn it is
 *                                    │
 *                                    ├────────────► input.InputCheck   every line, before any is published
 *                                    ├────────────► BatchTransactions  lines and progress, committed together
 *                                    └────────────► BatchEnds          the last facts and the manifest
 * </pre>
 *
 * <p>Gateways share the topic of submissions as a consumer group, so each batch has one publisher
 * at a time. Each transaction writes lines and their {@link dev.millrace.gateway.publish.Progress}:
 * a successor continues after the last committed line, even if the group's offsets are lost.
 *
 * <p>Runs on one dedicated thread. Depends on {@code contracts}, {@code producer}, {@link
 * dev.millrace.gateway.file}, {@link dev.millrace.gateway.results}, {@link
 * dev.millrace.gateway.submission} and Kafka's clients.
 *
 * <p>{@code docs/decisions/004-gateway-batches.md} has the reasons.
 */
@NullMarked
package dev.millrace.gateway.publish;

import org.jspecify.annotations.NullMarked;
