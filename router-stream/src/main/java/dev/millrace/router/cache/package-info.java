/**
 * The answer cache and single-flight. A job with a cache key gets the stored answer to an identical
 * request, or waits while one is being called, or is called itself. The path of a job:
 *
 * <ol>
 *   <li>Plan: {@code CachePlanning} gives the job its cache key.
 *   <li>Route: {@link dev.millrace.router.cache.Caching}, which plugs into the core, sends the job
 *       to the lookups topic. {@code CacheStep} connects that topic to the task.
 *   <li><b>Decision</b>: {@link dev.millrace.router.cache.CacheTask} asks {@link
 *       dev.millrace.router.cache.LookupDecisions}, and {@code AnswerCache} which answers are
 *       valid.
 *   <li>End of a call: {@code AnswerCache} keeps the answer, and {@code SharedCallPasses} gives it
 *       to the jobs that wait.
 * </ol>
 *
 * <p>Another feature can answer similar questions through {@link
 * dev.millrace.router.cache.SimilarAnswers}; the cache does not know it.
 *
 * <p>Belongs to the stream thread of a task, except keys, limits and metrics. Depends on the core,
 * and on its packages {@code key} and {@code store}.
 *
 * <p>{@code docs/decisions/014-cache.md} has the reasons.
 */
@NullMarked
package dev.millrace.router.cache;

import org.jspecify.annotations.NullMarked;
