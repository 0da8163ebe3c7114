package dev.millrace.retrieval.catalog;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.retrieval.catalog.EmbeddingAnswer.Failed;
import dev.millrace.retrieval.catalog.EmbeddingAnswer.Vectors;
import dev.millrace.retrieval.catalog.EmbeddingRequest.Purpose;
import dev.millrace.retrieval.embedding.EmbeddingException;
import dev.millrace.retrieval.embedding.TextEmbedder;
import dev.millrace.retrieval.job.QuestionEmbeddings;
import dev.millrace.retrieval.job.SearchText;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Embeds questions by a model of the catalog, each as a job of its tenant. Remembers the latest
 * embeddings. Documents have their vectors already. Belongs to the thread of the jobs, except that
 * any thread may count tokens.
 */
public final class CatalogEmbedder implements TextEmbedder, QuestionEmbeddings {
    /** Longest wait for an embedding. No call starts later. */
    static final Duration MAX_WAIT = Duration.ofSeconds(60);

    /** Questions that are remembered; each takes at most 16 KiB. */
    private static final int REMEMBERED = 1_000;

    private final Settings settings;
    private final EmbeddingMetrics metrics;
    private final Map<String, Running> running = new HashMap<>();
    private final Map<SearchText, Failed> failed = new HashMap<>();
    private final Map<SearchText, float[]> known =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<SearchText, float[]> eldest) {
                    return size() > REMEMBERED;
                }
            };

    /** Results for {@link #embed}: vectors and failures of the prepared questions, by text. */
    private final Map<String, EmbeddingAnswer> prepared = new HashMap<>();

    private @Nullable QuestionJobs jobs;

    private record Running(SearchText question, long sinceNanos) {}

    /**
     * The settings of an embedder.
     *
     * @param tokens counts the tokens of a passage, as a {@link TextEmbedder} does
     * @param maxTokens limit at which counting stops
     * @param random for the ids of jobs
     */
    public record Settings(
            String model,
            ToIntFunction<String> tokens,
            int maxTokens,
            InstantSource clock,
            LongSupplier nanoTicker,
            RandomGenerator random) {}

    public CatalogEmbedder(Settings settings, EmbeddingMetrics metrics) {
        this.settings = settings;
        this.metrics = metrics;
    }

    /** Sets where jobs are published from now on. The caller closes it. */
    public void use(QuestionJobs published) {
        jobs = published;
        running.clear();
    }

    @Override
    public String model() {
        return "catalog:" + settings.model();
    }

    @Override
    public int maxTokens() {
        return settings.maxTokens();
    }

    @Override
    public int tokens(String text) {
        return settings.tokens().applyAsInt(text);
    }

    /**
     * Returns the vector of a question that was prepared.
     *
     * @throws EmbeddingException if the question got none
     */
    @Override
    public float[] embed(String text) {
        @Nullable EmbeddingAnswer answer = prepared.get(text);
        return switch (answer) {
            case Vectors(List<float[]> vectors) -> vectors.getFirst();
            case Failed it ->
                    throw new EmbeddingException(
                            it.code(), "the question got no embedding: " + it.message());
            case null ->
                    throw new EmbeddingException(
                            ErrorCode.INTERNAL_ERROR.code(), "the question was not embedded");
        };
    }

    @Override
    public boolean prepare(Set<SearchText> questions) {
        receive();
        for (SearchText it : questions) {
            if (!known.containsKey(it) && !failed.containsKey(it) && !isRunning(it)) {
                publish(it);
            }
        }
        if (questions.stream().anyMatch(this::isRunning)) {
            return false;
        }
        prepared.clear();
        for (SearchText it : questions) {
            float @Nullable [] vector = known.get(it);
            @Nullable Failed failure = failed.get(it);
            if (vector != null) {
                prepared.put(it.text(), new Vectors(List.of(vector)));
            } else if (failure != null) {
                prepared.putIfAbsent(it.text(), failure);
            }
        }
        failed.clear();
        return true;
    }

    private boolean isRunning(SearchText question) {
        return running.values().stream().anyMatch(it -> it.question().equals(question));
    }

    private void publish(SearchText question) {
        QuestionJobs open = open();
        var request =
                EmbeddingRequest.of(
                        Purpose.QUESTION,
                        question.tenant(),
                        settings.model(),
                        "question-" + HexFormat.of().toHexDigits(settings.random().nextLong()),
                        List.of(question.text()),
                        open.resultPartition(),
                        open.resultPartitions(),
                        settings.clock().instant().plus(MAX_WAIT));
        try {
            open.publish(question, request);
        } catch (KafkaException e) {
            String message = String.valueOf(e.getMessage());
            failed.put(question, new Failed(ErrorCode.SERVER_ERROR.code(), message, true));
            return;
        }
        metrics.onPublished(1);
        running.put(
                request.job().value(), new Running(question, settings.nanoTicker().getAsLong()));
    }

    private QuestionJobs open() {
        if (jobs == null) {
            throw new IllegalStateException("no topics are open");
        }
        return jobs;
    }

    private void receive() {
        if (running.isEmpty()) {
            return;
        }
        open().results()
                .forEach(
                        (job, result) -> {
                            @Nullable Running ended = running.remove(job);
                            if (ended != null) {
                                onEnd(ended.question(), EmbeddingResult.read(result, 1));
                            }
                        });
        long now = settings.nanoTicker().getAsLong();
        for (var it : List.copyOf(running.entrySet())) {
            if (now - it.getValue().sinceNanos() >= MAX_WAIT.toNanos()) {
                running.remove(it.getKey());
                onEnd(
                        it.getValue().question(),
                        new Failed(
                                ErrorCode.TIMEOUT.code(),
                                "no answer within " + MAX_WAIT.toSeconds() + " s",
                                true));
            }
        }
    }

    private void onEnd(SearchText question, EmbeddingAnswer answer) {
        switch (answer) {
            case Vectors(List<float[]> vectors) -> known.put(question, vectors.getFirst());
            case Failed it -> failed.put(question, it);
        }
    }
}
