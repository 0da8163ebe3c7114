package dev.millrace.router.cache.similar;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Objects;
import java.util.function.Supplier;

/** Counts the embeddings that a router computes. Thread-safe. */
public final class QuestionMetrics {
    private final Timer computed;
    private final Counter queueFull;
    private final Counter tooLong;
    private final Counter failed;

    public QuestionMetrics(MeterRegistry registry) {
        computed =
                Timer.builder("millrace.router.embedding")
                        .description("Time to compute the embedding of a question")
                        .register(registry);
        queueFull = missing(registry, "queue_full");
        tooLong = missing(registry, "too_long");
        failed = missing(registry, "failed");
    }

    private static Counter missing(MeterRegistry registry, String reason) {
        return Counter.builder("millrace.router.embedding.missing")
                .description("Questions and answers without an embedding")
                .tag("reason", reason)
                .register(registry);
    }

    <T> T time(Supplier<T> work) {
        return Objects.requireNonNull(computed.record(work));
    }

    void onQueueFull() {
        queueFull.increment();
    }

    void onTooLong() {
        tooLong.increment();
    }

    void onFailed() {
        failed.increment();
    }
}
