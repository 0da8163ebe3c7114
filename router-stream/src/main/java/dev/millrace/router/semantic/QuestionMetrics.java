package dev.millrace.router.semantic;

import dev.millrace.similarity.verification.AnswerVerdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** Counts the embeddings and comparisons of a router. Thread-safe. */
final class QuestionMetrics {
    private final Timer computed;
    private final Counter queueFull;
    private final Counter tooLong;
    private final Counter failed;
    private final Map<AnswerVerdict, Counter> verified = new EnumMap<>(AnswerVerdict.class);

    QuestionMetrics(MeterRegistry registry) {
        computed =
                Timer.builder("millrace.router.embedding")
                        .description("Time to compute the embedding of a question")
                        .register(registry);
        queueFull = missing(registry, "queue_full");
        tooLong = missing(registry, "too_long");
        failed = missing(registry, "failed");
        for (AnswerVerdict verdict : AnswerVerdict.values()) {
            verified.put(
                    verdict,
                    Counter.builder("millrace.router.cache.verified")
                            .description("Answers to similar questions that were compared")
                            .tag("result", verdict.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
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

    /** Counts a comparison of a similar question's answer with the answer of a call. */
    void onVerified(AnswerVerdict verdict) {
        Objects.requireNonNull(verified.get(verdict)).increment();
    }
}
