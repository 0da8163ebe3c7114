/**
 * The topology and its steps. A request passes validate, dedupe, plan and route; a rejected one
 * ends in refuse (an error result) or bury (a dead letter). Settle reads the ends of jobs. Each
 * step is a thin processor around a pure decision. {@link dev.millrace.router.feature.TaskStep}
 * runs the tasks that keep state and let jobs wait.
 *
 * <p>Kafka Streams, metrics and messages name each step by a word that never changes. Three words
 * differ from the names of their classes: settle is {@link
 * dev.millrace.router.step.JobCompletionStep}, refuse is {@link
 * dev.millrace.router.step.UncalledJobStep}, and bury is {@link
 * dev.millrace.router.feature.DeadLetterStep}.
 *
 * <p>A step belongs to one stream thread and one partition. Depends on all packages of the core.
 */
@NullMarked
package dev.millrace.router.step;

import org.jspecify.annotations.NullMarked;
