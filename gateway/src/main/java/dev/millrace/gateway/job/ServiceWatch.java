package dev.millrace.gateway.job;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.CacheMode;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.gateway.serving.RunningServices;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Follows which services run, and finds out which calls nobody serves. Thread-safe. */
public final class ServiceWatch {
    /** Longest time that a call waits for a service that does not run. */
    static final Duration PATIENCE = Duration.ofSeconds(4);

    /** Time between two readings. */
    private static final Duration READ_INTERVAL = Duration.ofSeconds(1);

    /** Time for which a reading holds. */
    private static final Duration VALIDITY = Duration.ofSeconds(5);

    private final Source source;
    private final Catalog catalog;
    private final CacheMode defaultCache;
    private final LongSupplier nanoTicker;
    private final ReentrantLock reading = new ReentrantLock();

    /** Guarded by this object. */
    private @Nullable RunningServices latest;

    private long readNanos;

    /** The needs that nobody serves, with the time of the first reading that showed it. */
    private final Map<Need, Long> unservedNanos = new HashMap<>();

    /** The topics that routers read, with the time of the last reading that showed it. */
    private final Map<String, Long> routedNanos = new HashMap<>();

    /**
     * What a job needs to run.
     *
     * @param requests request topic of the job; empty for a job that bypasses the router
     * @param model model that a worker must serve, or {@code auto} for any; blank if the job can
     *     end without a worker
     */
    public record Need(Optional<String> requests, String model) {}

    /** Reads which services run. Blocks for a bounded time. */
    @FunctionalInterface
    public interface Source {
        /** Knows nothing. */
        Source NONE = Optional::empty;

        /** Returns the services that run; empty if they are unknown. */
        Optional<RunningServices> read();
    }

    /**
     * Creates a watch that has read nothing.
     *
     * @param defaultCache cache mode of jobs that name none
     */
    public ServiceWatch(
            Source source, Catalog catalog, CacheMode defaultCache, LongSupplier nanoTicker) {
        this.source = source;
        this.catalog = catalog;
        this.defaultCache = defaultCache;
        this.nanoTicker = nanoTicker;
        readNanos = nanoTicker.getAsLong() - READ_INTERVAL.toNanos();
    }

    /**
     * Returns what a job needs to run.
     *
     * @param requests request topic of the job; empty for a job that bypasses the router
     * @param model the model or alias that the job names, or {@code auto}
     */
    Need needOf(Optional<String> requests, String model) {
        return new Need(
                requests,
                model.equals(RequestLine.AUTO)
                        ? model
                        : catalog.find(model).map(Model::name).orElse(""));
    }

    /**
     * Returns what a call through the router needs to run. The cache can answer it without a
     * worker, and with a fallback any worker may run it.
     *
     * @param requests request topic of the call
     */
    Need needOfRouted(String requests, RequestLine line) {
        Optional<String> topic = Optional.of(requests);
        CacheMode own = line.options().cache();
        if ((own == null ? defaultCache : own) != CacheMode.NONE) {
            return new Need(topic, "");
        }
        Need named = needOf(topic, line.model());
        return !named.model.isBlank() && hasFallback(line)
                ? new Need(topic, RequestLine.AUTO)
                : named;
    }

    private boolean hasFallback(RequestLine line) {
        List<String> own = line.options().fallback();
        return own == null
                ? catalog.find(line.model())
                        .filter(it -> !it.fallbacks().chain().isEmpty())
                        .isPresent()
                : !own.isEmpty();
    }

    /** Returns what a call that bypasses the router needs to run. */
    static Need needOfExpress(JobHeaders.Route planned) {
        List<String> chain = planned.chain();
        return new Need(Optional.empty(), chain.size() == 1 ? chain.getFirst() : RequestLine.AUTO);
    }

    /** Reads the services, unless a reading is new or is under way. */
    void refresh() {
        if (isDue() && reading.tryLock()) {
            try {
                long now = nanoTicker.getAsLong();
                onReading(source.read(), now);
            } finally {
                reading.unlock();
            }
        }
    }

    private synchronized boolean isDue() {
        return nanoTicker.getAsLong() - readNanos >= READ_INTERVAL.toNanos();
    }

    private synchronized void onReading(Optional<RunningServices> services, long now) {
        boolean isGap = now - readNanos >= VALIDITY.toNanos();
        latest = services.orElse(null);
        readNanos = now;
        services.ifPresent(
                it ->
                        it.routers()
                                .partitions()
                                .keySet()
                                .forEach(topic -> routedNanos.put(topic, now)));
        if (latest == null || isGap) {
            unservedNanos.clear();
        } else {
            unservedNanos.keySet().removeIf(it -> missing(it).isEmpty());
        }
    }

    /**
     * Returns the services that a job lacks, and notes since when; none if they are unknown. {@link
     * #lackedBy} counts from the first note.
     */
    synchronized List<Waiting> noteMissing(Need need) {
        List<Waiting> missing = missing(need);
        if (!missing.isEmpty()) {
            unservedNanos.putIfAbsent(need, readNanos);
        }
        return missing;
    }

    /**
     * Returns the services that jobs lack, as of some seconds ago at most. Can block for a reading.
     *
     * @param requests request topic of the jobs
     * @param names the models, aliases or {@code auto} that the jobs name; none if unknown
     */
    public List<Waiting> readMissing(Optional<String> requests, Set<String> names) {
        refresh();
        return missing(requests, names);
    }

    private synchronized List<Waiting> missing(Need need) {
        return missing(need.requests, Set.of(need.model));
    }

    private synchronized List<Waiting> missing(Optional<String> requests, Set<String> names) {
        RunningServices services = latest;
        return services == null || nanoTicker.getAsLong() - readNanos >= VALIDITY.toNanos()
                ? List.of()
                : services.missing(requests, names, catalog);
    }

    /**
     * Returns the services that a call has lacked for {@link #PATIENCE}, since it came and since a
     * note of the need.
     *
     * @param sinceNanos when the call came
     */
    synchronized List<Waiting> lackedBy(Need need, long sinceNanos) {
        List<Waiting> missing = noteMissing(need);
        long now = nanoTicker.getAsLong();
        long longest = PATIENCE.toNanos();
        return missing.isEmpty()
                        || now - sinceNanos < longest
                        || now - unservedNanos.getOrDefault(need, now) < longest
                ? List.of()
                : missing;
    }

    /**
     * Returns the services that a published call has lacked for {@link #PATIENCE}. A call whose
     * requests a router has read since then may be running, so that it needs no router.
     *
     * @param sinceNanos when the call was published
     */
    synchronized List<Waiting> lackedByPublished(Need need, long sinceNanos) {
        Optional<String> unrouted = need.requests.filter(it -> !isRoutedSince(it, sinceNanos));
        return lackedBy(new Need(unrouted, need.model), sinceNanos);
    }

    private boolean isRoutedSince(String requests, long nanos) {
        Long seen = routedNanos.get(requests);
        return seen != null && seen - nanos > 0;
    }
}
