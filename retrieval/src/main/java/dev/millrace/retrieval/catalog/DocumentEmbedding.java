package dev.millrace.retrieval.catalog;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Embeds documents on a thread of its own. After a failure, it waits and begins again at the
 * committed progress.
 */
public final class DocumentEmbedding implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DocumentEmbedding.class);
    private static final Duration POLL_WAIT = Duration.ofMillis(50);
    private static final Duration IDLE_WAIT = Duration.ofMillis(500);
    private static final Duration RETRY_WAIT = Duration.ofSeconds(2);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

    private final Supplier<EmbeddingTopics> topics;
    private final Function<EmbeddingTopics, EmbeddingLoop> loops;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private boolean isStarted;
    private volatile @Nullable EmbeddingLoop running;
    private volatile Optional<String> problem = Optional.empty();

    /**
     * @param topics opens the topics
     * @param loops makes a loop of open topics
     */
    public DocumentEmbedding(
            Supplier<EmbeddingTopics> topics, Function<EmbeddingTopics, EmbeddingLoop> loops) {
        this.topics = topics;
        this.loops = loops;
        thread = Thread.ofPlatform().name("retrieval-vectors").daemon().unstarted(this::run);
    }

    /** Starts to embed documents, unless it was started before. Any thread may call. */
    public synchronized void start() {
        if (!isStarted && closed.getCount() > 0) {
            isStarted = true;
            thread.start();
        }
    }

    private void run() {
        try {
            do {
                embed();
            } while (!closed.await(RETRY_WAIT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Embeds documents until it is closed, or something fails. */
    private void embed() {
        try (EmbeddingTopics opened = topics.get()) {
            EmbeddingLoop loop = loops.apply(opened);
            running = loop;
            problem = Optional.empty();
            while (closed.getCount() > 0) {
                loop.runOnce(loop.isIdle() ? IDLE_WAIT : POLL_WAIT);
            }
        } catch (RuntimeException e) {
            onFailure(e);
        } finally {
            running = null;
        }
    }

    private void onFailure(RuntimeException failure) {
        if (closed.getCount() == 0) {
            return;
        }
        String text = "cannot embed documents: " + failure.getMessage();
        if (!problem.equals(Optional.of(text))) {
            LOG.atWarn()
                    .setCause(failure instanceof KafkaException ? null : failure)
                    .addKeyValue("problem", failure.getMessage())
                    .log("Cannot embed documents; will retry");
        }
        problem = Optional.of(text);
    }

    /** Returns why documents are not embedded; empty if they are. Any thread may call. */
    public Optional<String> problem() {
        @Nullable EmbeddingLoop loop = running;
        return loop == null
                ? problem
                : loop.problem().map(it -> "the embeddings of documents fail: " + it);
    }

    /** Stops after the current step. What is not written is awaited by the next process. */
    @Override
    public void close() {
        closed.countDown();
        try {
            if (thread.isAlive() && !thread.join(CLOSE_WAIT)) {
                LOG.warn("the embedding of documents has not ended yet");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
