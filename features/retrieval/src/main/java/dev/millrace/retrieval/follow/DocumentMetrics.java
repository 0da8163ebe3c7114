package dev.millrace.retrieval.follow;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts the documents that a process indexes. Thread-safe. */
public final class DocumentMetrics {
    private final Counter indexed;
    private final Counter deleted;
    private final Counter invalid;

    public DocumentMetrics(MeterRegistry registry) {
        indexed = counter(registry, "indexed");
        deleted = counter(registry, "deleted");
        invalid = counter(registry, "invalid");
    }

    private static Counter counter(MeterRegistry registry, String outcome) {
        return Counter.builder("millrace.retrieval.documents")
                .description("Records of the topic of documents that were read")
                .tag("outcome", outcome)
                .register(registry);
    }

    void onApplied(boolean isDeletion) {
        (isDeletion ? deleted : indexed).increment();
    }

    void onInvalid() {
        invalid.increment();
    }
}
