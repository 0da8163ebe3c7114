package dev.millrace.retrieval.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.retrieval.embedding.EmbeddingException;
import dev.millrace.retrieval.job.SearchText;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class CatalogEmbedderTest {
    private static final SearchText QUESTION = new SearchText("acme", null, "When?");
    private static final String VECTOR =
            "{\"response\":{\"body\":{\"data\":[{\"index\":0,\"embedding\":[3,4]}]}},\"millrace\":{}}";

    private final Jobs jobs = new Jobs();
    private long nanos;
    private final CatalogEmbedder embedder = embedder();

    private CatalogEmbedder embedder() {
        var created =
                new CatalogEmbedder(
                        new CatalogEmbedder.Settings(
                                "embedder",
                                String::length,
                                509,
                                () -> Instant.EPOCH,
                                () -> nanos,
                                new SplittableRandom(1)),
                        new EmbeddingMetrics(new SimpleMeterRegistry()));
        created.use(jobs);
        return created;
    }

    /** The pipeline. */
    private static final class Jobs implements QuestionJobs {
        final List<EmbeddingRequest> published = new ArrayList<>();
        private final Map<String, byte[]> results = new HashMap<>();
        boolean isDown;

        void end(String result) {
            results.put(published.getLast().job().value(), result.getBytes(UTF_8));
        }

        @Override
        public int resultPartitions() {
            return 4;
        }

        @Override
        public int resultPartition() {
            return 3;
        }

        @Override
        public void publish(SearchText question, EmbeddingRequest request) {
            if (isDown) {
                throw new KafkaException("no request topic");
            }
            published.add(request);
        }

        @Override
        public Map<String, byte[]> results() {
            Map<String, byte[]> read = Map.copyOf(results);
            results.clear();
            return read;
        }

        @Override
        public void close() {}
    }

    private void assertFailure(String code, String message) {
        assertThatExceptionOfType(EmbeddingException.class)
                .isThrownBy(() -> embedder.embed(QUESTION.text()))
                .withMessageContaining(message)
                .satisfies(it -> assertThat(it.code()).isEqualTo(code));
    }

    @Test
    void aQuestionIsReadyWhenItsJobHasEnded() {
        assertThat(embedder.prepare(Set.of(QUESTION))).isFalse();
        assertThat(embedder.prepare(Set.of(QUESTION))).isFalse();
        jobs.end(VECTOR);
        assertThat(embedder.prepare(Set.of(QUESTION))).isTrue();
        assertThat(embedder.embed("When?")).containsExactly(0.6f, 0.8f);
        assertThat(jobs.published).hasSize(1);
    }

    @Test
    void aRememberedQuestionNeedsNoJob() {
        embedder.prepare(Set.of(QUESTION));
        jobs.end(VECTOR);
        embedder.prepare(Set.of(QUESTION));
        assertThat(embedder.prepare(Set.of(QUESTION))).isTrue();
        assertThat(jobs.published).hasSize(1);
    }

    @Test
    void anotherTenantPaysForItsOwnQuestion() {
        embedder.prepare(Set.of(QUESTION));
        jobs.end(VECTOR);
        embedder.prepare(Set.of(QUESTION));
        assertThat(embedder.prepare(Set.of(new SearchText("globex", null, "When?")))).isFalse();
        assertThat(jobs.published).extracting(EmbeddingRequest::tenant).contains("globex");
    }

    @Test
    void aFailedJobFailsTheSearchAndIsTriedAgainForTheNextJob() {
        embedder.prepare(Set.of(QUESTION));
        jobs.end(
                "{\"response\":null,\"error\":{\"message\":\"too little\"},\"millrace\":{\"error_code\":\"budget_exceeded\"}}");
        assertThat(embedder.prepare(Set.of(QUESTION))).isTrue();
        assertFailure("budget_exceeded", "too little");
        assertThat(embedder.prepare(Set.of(QUESTION))).isFalse();
        assertThat(jobs.published).hasSize(2);
    }

    @Test
    void aQuestionWaitsForAMinuteAtMost() {
        embedder.prepare(Set.of(QUESTION));
        nanos += Duration.ofSeconds(60).toNanos() - 1;
        assertThat(embedder.prepare(Set.of(QUESTION))).isFalse();
        nanos++;
        assertThat(embedder.prepare(Set.of(QUESTION))).isTrue();
        assertFailure("timeout", "within 60 s");
    }

    @Test
    void aJobThatCannotBePublishedFailsTheSearch() {
        jobs.isDown = true;
        assertThat(embedder.prepare(Set.of(QUESTION))).isTrue();
        assertFailure("server_error", "no request topic");
    }

    @Test
    void anAnswerWithoutAVectorIsInvalid() {
        embedder.prepare(Set.of(QUESTION));
        jobs.end("{\"response\":{\"body\":{\"data\":[{\"embedding\":[0,0]}]}},\"millrace\":{}}");
        embedder.prepare(Set.of(QUESTION));
        assertFailure("invalid_response", "not a vector");
    }
}
