package dev.millrace.router.semantic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.semantic.QuestionEmbedder.Question;
import dev.millrace.similarity.embedding.EmbeddingModel;
import dev.millrace.similarity.verification.AnswerVerdict;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EmbeddingThreadTest {
    private static final long SECONDS = 600;

    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final QuestionMetrics metrics = new QuestionMetrics(meters);

    private static byte[] line(String question) {
        return """
        {"custom_id":"1","method":"POST","url":"/v1/chat/completions",\
        "body":{"model":"small","messages":[{"role":"user","content":"%s"}]}}"""
                .formatted(question)
                .getBytes(UTF_8);
    }

    private double missing(String reason) {
        return meters.get("millrace.router.embedding.missing")
                .tag("reason", reason)
                .counter()
                .count();
    }

    private static Optional<Question> await(EmbeddingThread thread, String question)
            throws Exception {
        return thread.embed(line(question)).orElseThrow().get(SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void similarQuestionsHaveSimilarEmbeddings() throws Exception {
        try (var thread = new EmbeddingThread(metrics)) {
            Question first = await(thread, "How do I reset my password?").orElseThrow();
            Question second = await(thread, "How can I reset the password?").orElseThrow();
            Question other = await(thread, "Where is my parcel?").orElseThrow();

            assertThat(first.text()).isEqualTo("How do I reset my password?");
            assertThat(EmbeddingModel.cosine(first.embedding(), second.embedding()))
                    .isGreaterThan(0.95f);
            assertThat(EmbeddingModel.cosine(first.embedding(), other.embedding()))
                    .isLessThan(0.5f);
            assertThat(meters.get("millrace.router.embedding").timer().count()).isEqualTo(3);
        }
    }

    @Test
    void longQuestionHasNone() throws Exception {
        try (var thread = new EmbeddingThread(metrics)) {
            assertThat(await(thread, "why ".repeat(200))).isEmpty();
        }
        assertThat(missing("too_long")).isEqualTo(1);
    }

    @Test
    void comparesAnswers() throws Exception {
        try (var thread = new EmbeddingThread(metrics)) {
            Future<AnswerVerdict> verdict =
                    thread.compare("It costs 5 EUR.", "It costs 7 EUR.").orElseThrow();

            assertThat(verdict.get(SECONDS, TimeUnit.SECONDS)).isEqualTo(AnswerVerdict.DIFFERENT);
        }
    }

    @Test
    void modelThatCannotBeLoadedIsTriedOnce() throws Exception {
        var thread =
                new EmbeddingThread(
                        () -> {
                            throw new UnsatisfiedLinkError("no ONNX Runtime for this machine");
                        },
                        metrics);
        try (thread) {
            assertThat(await(thread, "Where is my parcel?")).isEmpty();
            assertThat(await(thread, "Where is my parcel?")).isEmpty();
        }
        assertThat(missing("failed")).isEqualTo(2);
    }

    private EmbeddingThread waitingFor(CountDownLatch loading) {
        return new EmbeddingThread(
                () -> {
                    try {
                        loading.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    throw new IllegalStateException("not loaded in this test");
                },
                metrics);
    }

    @Test
    void waitingAnswersTakeBoundedMemory() throws Exception {
        var loading = new CountDownLatch(1);
        String answer = "x".repeat(8 << 20);
        try (var thread = waitingFor(loading)) {
            Future<AnswerVerdict> first = thread.compare(answer, answer).orElseThrow();
            assertThat(thread.compare(answer, answer)).isPresent();
            assertThat(thread.compare(answer, answer)).isEmpty();
            assertThat(missing("queue_full")).isEqualTo(1);

            loading.countDown();
            assertThat(first.get(SECONDS, TimeUnit.SECONDS)).isEqualTo(AnswerVerdict.UNDECIDED);
            assertThat(thread.compare(answer, answer)).isPresent();
        }
    }

    @Test
    void fullQueueAcceptsNoQuestion() {
        var loading = new CountDownLatch(1);
        try (var thread = waitingFor(loading)) {
            int accepted = 0;
            while (thread.embed(line("Where is my parcel?")).isPresent()) {
                accepted++;
            }
            // The thread may have taken one of them.
            assertThat(accepted)
                    .isBetween(EmbeddingThread.MAX_WAITING, EmbeddingThread.MAX_WAITING + 1);
            assertThat(missing("queue_full")).isEqualTo(1);
            loading.countDown();
        }
    }
}
