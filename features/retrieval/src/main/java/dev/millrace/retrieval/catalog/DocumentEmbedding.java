package dev.millrace.retrieval.catalog;

import dev.millrace.retrieval.background.RestartingThread;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Embeds documents on a dedicated thread. After a failure, it waits and restarts at the committed
 * progress.
 */
public final class DocumentEmbedding implements AutoCloseable {
    private static final Duration POLL_WAIT = Duration.ofMillis(50);
    private static final Duration IDLE_WAIT = Duration.ofMillis(500);

    private final Supplier<EmbeddingTopics> topics;
    private final Function<EmbeddingTopics, EmbeddingLoop> loops;
    private final RestartingThread thread;
    private volatile @Nullable EmbeddingLoop running;

    /**
     * @param topics opens the topics
     * @param loops makes a loop of open topics
     */
    public DocumentEmbedding(
            Supplier<EmbeddingTopics> topics, Function<EmbeddingTopics, EmbeddingLoop> loops) {
        this.topics = topics;
        this.loops = loops;
        thread = new RestartingThread("retrieval-vectors", "embed documents", this::embed);
    }

    /** Starts to embed documents, unless it was started before. Any thread may call. */
    public void start() {
        thread.start();
    }

    /** Embeds documents until it is closed, or something fails. */
    private void embed() throws IOException {
        try (EmbeddingTopics opened = topics.get()) {
            EmbeddingLoop loop = loops.apply(opened);
            running = loop;
            thread.onRunning();
            while (thread.isOpen()) {
                loop.runOnce(loop.isIdle() ? IDLE_WAIT : POLL_WAIT);
            }
        } finally {
            running = null;
        }
    }

    /** Returns why documents are not embedded; empty if they are. Any thread may call. */
    public Optional<String> problem() {
        @Nullable EmbeddingLoop loop = running;
        return loop == null
                ? thread.problem()
                : loop.problem().map(it -> "the embeddings of documents fail: " + it);
    }

    /** Stops after the current step. The next process awaits the unwritten results. */
    @Override
    public void close() {
        thread.close();
    }
}
