package dev.millrace.router.cache;

import dev.millrace.contracts.control.CacheStats;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/**
 * Counts events of the cache, for all tasks of this process. Thread-safe. After an aborted
 * transaction, a record is processed and counted again.
 */
public final class CacheMetrics {
    private final Counter hits;
    private final Counter stale;
    private final Counter semantic;
    private final Counter collapsed;
    private final Counter misses;
    private final Counter bypassed;
    private final Counter evicted;
    private final Counter savedUsd;

    /** Waiting jobs and sizes of each task, by its partition. */
    private final Map<Integer, TaskSizes> sizes = new ConcurrentHashMap<>();

    private record TaskSizes(double entries, double bytes, double waiting, double questions) {}

    public CacheMetrics(MeterRegistry registry) {
        hits = result(registry, "hit");
        stale = result(registry, "stale");
        semantic = result(registry, "semantic");
        collapsed = result(registry, "collapsed");
        misses = result(registry, "miss");
        bypassed = result(registry, "bypass");
        evicted =
                Counter.builder("millrace.router.cache.evicted")
                        .description("Answers that were removed because the cache was full")
                        .register(registry);
        savedUsd =
                Counter.builder("millrace.router.cache.saved.usd")
                        .description("Cost of the calls that the cache avoided")
                        .register(registry);
        gauge(registry, "questions", "Questions with an answer", TaskSizes::questions);
        gauge(registry, "waiting", "Jobs that wait for an identical one", TaskSizes::waiting);
        gauge(registry, "entries", "Stored answers", TaskSizes::entries);
        gauge(registry, "bytes", "Size of the stored answers", TaskSizes::bytes);
    }

    private static Counter result(MeterRegistry registry, String result) {
        return Counter.builder("millrace.router.cache")
                .description("Jobs that asked the cache")
                .tag("result", result)
                .register(registry);
    }

    private void gauge(
            MeterRegistry registry, String name, String what, ToDoubleFunction<TaskSizes> size) {
        Gauge.builder(
                        "millrace.router.cache." + name,
                        sizes,
                        all -> all.values().stream().mapToDouble(size).sum())
                .description(what)
                .register(registry);
    }

    /** Counts a job that asked for an answer and could not have a cache key. */
    public void onBypass() {
        bypassed.increment();
    }

    /** Counts a task's work between two states of its totals. */
    void onChange(CacheStats before, CacheStats after) {
        hits.increment((double) (after.hits() - before.hits()));
        stale.increment((double) (after.stale() - before.stale()));
        semantic.increment((double) (after.semantic() - before.semantic()));
        collapsed.increment((double) (after.collapsed() - before.collapsed()));
        misses.increment((double) (after.misses() - before.misses()));
        evicted.increment((double) (after.evicted() - before.evicted()));
        savedUsd.increment(after.savedUsd().subtract(before.savedUsd()).doubleValue());
    }

    void show(int partition, CacheStats stats, long waiting, long questions) {
        sizes.put(
                partition,
                new TaskSizes(
                        (double) stats.entries(),
                        (double) stats.bytes(),
                        (double) waiting,
                        (double) questions));
    }

    /** Forgets a task that this process no longer runs. */
    void onClosed(int partition) {
        sizes.remove(partition);
    }
}
