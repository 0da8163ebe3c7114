/**
 * The answer cache and single-flight. A job with a cache key gets the stored answer to an identical
 * request, or waits while one is being called, or is called itself. {@link
 * dev.millrace.router.cache.Caching} plugs into the core, {@link
 * dev.millrace.router.cache.CacheTask} decides, and {@code CacheStep} connects it to Kafka.
 *
 * <p>Belongs to the stream thread of a task, except keys, limits and metrics. Depends on the core,
 * and on its packages {@code key}, {@code similar} and {@code store}.
 *
 * <p>{@code docs/decisions/014-cache.md} has the reasons.
 */
@NullMarked
package dev.millrace.router.cache;

import org.jspecify.annotations.NullMarked;
