package dev.millrace.router.documents;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/**
 * Counts split documents and their parts, for all tasks of this process. Thread-safe. After an
 * aborted transaction, a record is processed and counted again.
 */
public final class SplitMetrics {
    private final Counter documents;
    private final Map<End, Counter> parts = new EnumMap<>(End.class);
    private final Map<End, Counter> joins = new EnumMap<>(End.class);

    /** The current work of each task, by its partition. */
    private final Map<Integer, Processing> processing = new ConcurrentHashMap<>();

    private record Processing(double documents, double parts) {}

    /** The end of a part, or of a call that joins answers. */
    enum End {
        ANSWERED,
        FAILED,
        /** The part failed and was left out. */
        OMITTED,
        /** The part is sent again if its document does not fail. */
        LOST
    }

    public SplitMetrics(MeterRegistry registry) {
        documents =
                Counter.builder("millrace.router.split.documents")
                        .description("Documents that were split")
                        .register(registry);
        for (End end : End.values()) {
            parts.put(end, counter(registry, "parts", "Ended parts of documents", end));
            joins.put(end, counter(registry, "joins", "Ended calls that join answers", end));
        }
        gauge(registry, "running", "Documents that are processed", Processing::documents);
        gauge(registry, "running.parts", "Parts and joins that have not ended", Processing::parts);
    }

    private static Counter counter(MeterRegistry registry, String name, String what, End end) {
        return Counter.builder("millrace.router.split." + name)
                .description(what)
                .tag("result", end.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    private void gauge(
            MeterRegistry registry, String name, String what, ToDoubleFunction<Processing> size) {
        Gauge.builder(
                        "millrace.router.split." + name,
                        processing,
                        all -> all.values().stream().mapToDouble(size).sum())
                .description(what)
                .register(registry);
    }

    /** Counts a document that is split. */
    void onSplit() {
        documents.increment();
    }

    /**
     * Counts the end of a call.
     *
     * @param level 0 for a part of the document
     */
    void onEnd(int level, End end) {
        Objects.requireNonNull((level == 0 ? parts : joins).get(end)).increment();
    }

    void show(int partition, long ofDocuments, long ofParts) {
        processing.put(partition, new Processing((double) ofDocuments, (double) ofParts));
    }

    /** Forgets a task that this process no longer runs. */
    void onClosed(int partition) {
        processing.remove(partition);
    }
}
