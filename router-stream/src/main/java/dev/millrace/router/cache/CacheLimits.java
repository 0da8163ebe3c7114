package dev.millrace.router.cache;

import dev.millrace.configuration.RouterConfig;
import java.time.Duration;

/**
 * Limits of the answers that one task stores.
 *
 * @param ttl time for which an answer is valid
 * @param staleWhileOpen additional validity while a breaker is open
 * @param maxEntries maximum number of answers, 1 or more
 * @param maxBytes maximum size of all answers
 * @param maxEntryBytes maximum size of one answer
 */
public record CacheLimits(
        Duration ttl, Duration staleWhileOpen, long maxEntries, long maxBytes, long maxEntryBytes) {

    /** Returns one task's part of the configured limits. */
    public static CacheLimits of(RouterConfig.Cache config, int partitions) {
        long bytes = Math.ceilDiv(config.maxBytes(), (long) partitions);
        return new CacheLimits(
                config.ttl(),
                config.staleWhileOpen(),
                Math.ceilDiv(config.maxEntries(), (long) partitions),
                bytes,
                Math.min(bytes, config.maxEntryBytes()));
    }

    /** Returns the age at which an answer becomes useless. */
    Duration maxAge() {
        return ttl.plus(staleWhileOpen);
    }
}
