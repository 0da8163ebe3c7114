package dev.millrace.retrieval.job;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the jobs that get passages. Thread-safe. */
public final class RetrievalMetrics {
    private final Counter found;
    private final Counter nothing;
    private final Counter refused;
    private final Counter cached;
    private final Timer search;
    private final AtomicInteger held = new AtomicInteger();

    public RetrievalMetrics(MeterRegistry registry) {
        found = counter(registry, "found");
        nothing = counter(registry, "nothing");
        refused = counter(registry, "refused");
        cached =
                Counter.builder("millrace.retrieval.cached")
                        .description("Searches that were answered from memory")
                        .register(registry);
        Gauge.builder("millrace.retrieval.jobs.held", held, AtomicInteger::get)
                .description("Jobs that wait until documents are indexed or questions embedded")
                .register(registry);
        search =
                Timer.builder("millrace.retrieval.search")
                        .description("Time to embed a question and to find its passages")
                        .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String outcome) {
        return Counter.builder("millrace.retrieval.jobs")
                .description("Jobs that asked for passages")
                .tag("outcome", outcome)
                .register(registry);
    }

    void onHeld(int jobs) {
        held.set(jobs);
    }

    void onPassages(int passages) {
        (passages == 0 ? nothing : found).increment();
    }

    void onRefused() {
        refused.increment();
    }

    void onCached() {
        cached.increment();
    }

    void onSearch(Duration time) {
        search.record(time);
    }
}
