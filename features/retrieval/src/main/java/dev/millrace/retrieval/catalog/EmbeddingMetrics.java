package dev.millrace.retrieval.catalog;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts the jobs and documents that get embeddings of a model of the catalog. Thread-safe. */
public final class EmbeddingMetrics {
    private final Counter published;
    private final Counter embedded;
    private final Counter reused;
    private final Counter failed;

    public EmbeddingMetrics(MeterRegistry registry) {
        published =
                Counter.builder("millrace.retrieval.embedding.jobs")
                        .description("Jobs that were published to embed documents or questions")
                        .register(registry);
        embedded = documents(registry, "embedded");
        reused = documents(registry, "reused");
        failed = documents(registry, "failed");
    }

    private static Counter documents(MeterRegistry registry, String outcome) {
        return Counter.builder("millrace.retrieval.embedding.documents")
                .description("Documents whose vectors were paid, reused, or that get none")
                .tag("outcome", outcome)
                .register(registry);
    }

    void onPublished(int jobs) {
        published.increment(jobs);
    }

    void onDocument(EmbeddedDocument document) {
        if (document.failure().isPresent()) {
            failed.increment();
        } else if (document.isReused()) {
            reused.increment();
        } else {
            embedded.increment();
        }
    }
}
