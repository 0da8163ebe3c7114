package dev.millrace.gateway.job;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.serving.RunningServices;
import dev.millrace.contracts.waiting.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows which services run, and finds out which calls nobody serves. A service whose group is
 * distributing partitions counts as running. Thread-safe.
 */
public final class ServiceWatch {
    /** Longest time that a call waits for a service that does not run. */
    static final Duration PATIENCE = Duration.ofSeconds(4);

    /** Time between two readings. */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** Time for which a reading holds. */
    private static final Duration VALIDITY = Duration.ofSeconds(5);

    private final Source source;
    private final Catalog catalog;
    private final LongSupplier nanoTicker;
    private final ReentrantLock reading = new ReentrantLock();

    /** Guarded by this object. */
    private @Nullable RunningServices latest;

    private long readNanos;

    /** The needs that nobody serves, with the time of the first reading that showed it. */
    private final Map<Need, Long> unservedNanos = new HashMap<>();

    /** The models that the cluster was asked about since the last reading. */
    private final Map<String, Boolean> models = new HashMap<>();

    /**
     * What a job needs to run.
     *
     * @param requests request topic of the job; empty for a job that bypasses the router
     * @param model model of the job, or {@code auto}; empty if no model has its name, so that the
     *     router ends the job
     */
    public record Need(Optional<String> requests, Optional<String> model) {}

    /** Reads which services run. Blocks for a bounded time. */
    public interface Source {
        /** Knows nothing. */
        Source NONE =
                new Source() {
                    @Override
                    public Optional<RunningServices> read() {
                        return Optional.empty();
                    }

                    @Override
                    public boolean hasTopics(String model) {
                        return false;
                    }
                };

        /** Returns the services that run; empty if they are unknown. */
        Optional<RunningServices> read();

        /**
         * Returns true if the model has topics. Without them, the router decides about its jobs.
         */
        boolean hasTopics(String model);
    }

    /** Creates a watch that has read nothing. */
    public ServiceWatch(Source source, Catalog catalog, LongSupplier nanoTicker) {
        this.source = source;
        this.catalog = catalog;
        this.nanoTicker = nanoTicker;
        readNanos = nanoTicker.getAsLong() - INTERVAL.toNanos();
    }

    /**
     * Returns what a job needs to run.
     *
     * @param requests request topic of the job; empty for a job that bypasses the router
     * @param model the model or alias that the job names, or {@code auto}
     */
    Need need(Optional<String> requests, String model) {
        return new Need(
                requests,
                model.equals(RequestLine.AUTO)
                        ? Optional.of(model)
                        : catalog.find(model).map(Model::name));
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
        return nanoTicker.getAsLong() - readNanos >= INTERVAL.toNanos();
    }

    private synchronized void onReading(Optional<RunningServices> services, long now) {
        boolean isGap = now - readNanos >= VALIDITY.toNanos();
        latest = services.orElse(null);
        readNanos = now;
        models.clear();
        if (latest == null || isGap) {
            unservedNanos.clear();
        } else {
            unservedNanos.keySet().removeIf(it -> missing(it).isEmpty());
        }
    }

    /** Returns the services that a job lacks; none if they are unknown. */
    synchronized List<Waiting> missing(Need need) {
        RunningServices services = latest;
        if (services == null || nanoTicker.getAsLong() - readNanos >= VALIDITY.toNanos()) {
            return List.of();
        }
        var missing = new ArrayList<Waiting>(2);
        if (!services.routers().isRebalancing()) {
            need.requests.flatMap(it -> services.withoutRouter(it)).ifPresent(missing::add);
        }
        if (!services.workers().isRebalancing()) {
            need.model.flatMap(it -> withoutWorker(it, services)).ifPresent(missing::add);
        }
        if (!missing.isEmpty()) {
            unservedNanos.putIfAbsent(need, readNanos);
        }
        return missing;
    }

    /**
     * Returns the services that jobs lack, as of some seconds ago at most.
     *
     * @param requests request topic of the jobs
     * @param names the models, aliases or {@code auto} that the jobs name; none if unknown
     */
    List<Waiting> missing(Optional<String> requests, Set<String> names) {
        refresh();
        return (names.isEmpty() ? Set.of(RequestLine.AUTO) : names)
                .stream()
                        .sorted()
                        .flatMap(it -> missing(need(requests, it)).stream())
                        .distinct()
                        .toList();
    }

    private Optional<Waiting> withoutWorker(String model, RunningServices services) {
        return model.equals(RequestLine.AUTO)
                ? services.withoutWorkers()
                : services.withoutWorker(model)
                        .filter(_ -> models.computeIfAbsent(model, source::hasTopics));
    }

    /**
     * Returns the services that a call has lacked for {@link #PATIENCE}.
     *
     * @param sinceNanos when the call came
     */
    synchronized List<Waiting> missing(Need need, long sinceNanos) {
        List<Waiting> missing = missing(need);
        long now = nanoTicker.getAsLong();
        long longest = PATIENCE.toNanos();
        return missing.isEmpty()
                        || now - sinceNanos < longest
                        || now - unservedNanos.getOrDefault(need, now) < longest
                ? List.of()
                : missing;
    }
}
