package dev.millrace.router.semantic;

import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.similarity.embedding.EmbeddingModel;
import dev.millrace.similarity.prompt.Prompt;
import dev.millrace.similarity.prompt.PromptTokens;
import dev.millrace.similarity.verification.AnswerComparison;
import dev.millrace.similarity.verification.AnswerVerdict;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that computes the embeddings of all tasks. It starts, and loads the model, with the
 * first question, so that a router without similar questions has neither. If the model cannot be
 * loaded, no question has an embedding until the next start.
 */
final class EmbeddingThread implements QuestionEmbedder {
    /** Questions that may wait; they take about two seconds. */
    static final int MAX_WAITING = 1_000;

    /** Size of the waiting questions, with their system prompts, and of the waiting answers. */
    static final long MAX_WAITING_BYTES = 64L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddingThread.class);

    private final Supplier<EmbeddingModel> loader;
    private final QuestionMetrics metrics;
    private final ThreadPoolExecutor thread =
            new ThreadPoolExecutor(
                    1,
                    1,
                    1,
                    TimeUnit.MINUTES,
                    new ArrayBlockingQueue<>(MAX_WAITING),
                    Thread.ofPlatform().name("embeddings").daemon().factory());

    private final AtomicLong waitingBytes = new AtomicLong();

    /** Used by the thread only. */
    private @Nullable EmbeddingModel model;

    private boolean hasFailed;

    EmbeddingThread(QuestionMetrics metrics) {
        this(new ModelLoader(), metrics);
    }

    /**
     * @param loader loads the model, which this thread closes
     */
    EmbeddingThread(Supplier<EmbeddingModel> loader, QuestionMetrics metrics) {
        this.loader = loader;
        this.metrics = metrics;
        thread.allowCoreThreadTimeOut(true);
    }

    @Override
    public Optional<Future<Optional<Question>>> embed(byte[] line) {
        return submit(line.length, () -> question(line));
    }

    @Override
    public Optional<Future<AnswerVerdict>> compare(String reused, String real) {
        return submit(
                (reused.length() + real.length()) * (long) Character.BYTES,
                () ->
                        model().map(it -> new AnswerComparison(it).compare(reused, real))
                                .orElse(AnswerVerdict.UNDECIDED));
    }

    private <T> Optional<Future<T>> submit(long bytes, Callable<T> work) {
        if (waitingBytes.addAndGet(bytes) > MAX_WAITING_BYTES) {
            return refuse(bytes);
        }
        try {
            return Optional.of(thread.submit(() -> run(bytes, work)));
        } catch (RejectedExecutionException e) {
            return refuse(bytes);
        }
    }

    private <T> Optional<Future<T>> refuse(long bytes) {
        waitingBytes.addAndGet(-bytes);
        metrics.onQueueFull();
        return Optional.empty();
    }

    private <T> T run(long bytes, Callable<T> work) throws Exception {
        boolean isDone = false;
        try {
            T result = work.call();
            isDone = true;
            return result;
        } finally {
            waitingBytes.addAndGet(-bytes);
            if (!isDone) {
                metrics.onFailed();
            }
        }
    }

    private Optional<Question> question(byte[] line) {
        Optional<Prompt> prompt = prompt(line);
        Optional<EmbeddingModel> loaded = model();
        if (prompt.isEmpty() || loaded.isEmpty()) {
            metrics.onFailed();
            return Optional.empty();
        }
        String text = prompt.get().text();
        Optional<long[]> tokens = PromptTokens.of(loaded.get(), text);
        if (tokens.isEmpty()) {
            metrics.onTooLong();
            return Optional.empty();
        }
        return Optional.of(
                metrics.time(() -> new Question(text, loaded.get().embed(tokens.get()))));
    }

    private static Optional<Prompt> prompt(byte[] line) {
        if (!(RequestParser.parse(line) instanceof ParseResult.Accepted accepted)) {
            return Optional.empty();
        }
        return Namespaces.prompt(accepted.line());
    }

    /** Returns the model, which the first call loads; empty if it cannot be loaded. */
    private Optional<EmbeddingModel> model() {
        if (model == null && !hasFailed) {
            try {
                model = loader.get();
            } catch (RuntimeException | LinkageError e) {
                hasFailed = true;
                LOG.atWarn()
                        .addKeyValue("problem", String.valueOf(e.getMessage()))
                        .log(
                                "The embedding model cannot be loaded; jobs get no answers to"
                                        + " similar questions until the router is started again");
            }
        }
        return Optional.ofNullable(model);
    }

    /**
     * Loads the model. A method reference instead of this class would load the model's classes when
     * the router starts.
     */
    private static final class ModelLoader implements Supplier<EmbeddingModel> {
        @Override
        public EmbeddingModel get() {
            return EmbeddingModel.load();
        }
    }

    /** Drops the waiting work, and frees the model after the running work. */
    @Override
    public void close() {
        thread.getQueue().clear();
        try {
            thread.execute(this::free);
        } catch (RejectedExecutionException e) {
            return;
        }
        thread.shutdown();
    }

    private void free() {
        if (model != null) {
            model.close();
            model = null;
        }
        hasFailed = true;
    }
}
