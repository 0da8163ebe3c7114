/**
 * The topology and its steps. A request passes validate, dedupe, plan and route; a rejected one
 * ends in refuse (an error result) or bury (a dead letter). Settle reads the ends of jobs. A job
 * that asks for a cached answer goes from route to cache. Each step is a thin processor around a
 * pure decision. {@link dev.millrace.router.feature.TaskStep} runs the tasks that keep state and
 * let jobs wait: cache, budget, budget-owner, split and await-topic.
 *
 * <p>Kafka Streams, metrics and messages name each step by a word that never changes. Three words
 * differ from the names of their classes: settle is {@link
 * dev.millrace.router.step.JobCompletionStep}, refuse is {@link
 * dev.millrace.router.step.UncalledJobStep}, and bury is {@link
 * dev.millrace.router.step.DeadLetterStep}.
 *
 * <p>A step belongs to one stream thread and one partition. Depends on all packages of the router
 * except the root package, which starts it.
 */
@NullMarked
package dev.millrace.router.step;

import org.jspecify.annotations.NullMarked;
