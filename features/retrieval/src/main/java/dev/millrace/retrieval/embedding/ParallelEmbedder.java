package dev.millrace.retrieval.embedding;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Embeds the passages of a document on several threads, which start with the first document of
 * several passages. Thread-safe.
 */
public final class ParallelEmbedder implements TextEmbedder, AutoCloseable {
    private final TextEmbedder embedder;
    private final int threads;
    private volatile boolean isClosed;
    private @Nullable ExecutorService pool;

    /**
     * Creates an embedder.
     *
     * @param threads most texts that are embedded at once, 1 or more
     */
    public ParallelEmbedder(TextEmbedder embedder, int threads) {
        this.embedder = embedder;
        this.threads = threads;
    }

    @Override
    public String model() {
        return embedder.model();
    }

    @Override
    public int maxTokens() {
        return embedder.maxTokens();
    }

    @Override
    public int tokens(String text) {
        return embedder.tokens(text);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if the embedder was closed
     */
    @Override
    public float[] embed(String text) {
        if (isClosed) {
            throw new IllegalStateException("the embedder is closed");
        }
        return embedder.embed(text);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if the embedder was closed
     */
    @Override
    public List<float[]> embedAll(List<String> texts) {
        if (threads == 1 || texts.size() < 2) {
            return texts.stream().map(this::embed).toList();
        }
        List<Future<float[]>> running =
                texts.stream().map(it -> pool().submit(() -> embed(it))).toList();
        var vectors = new ArrayList<float[]>(texts.size());
        for (Future<float[]> it : running) {
            vectors.add(vector(it));
        }
        return vectors;
    }

    private static float[] vector(Future<float[]> running) {
        try {
            return running.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while embedding", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot embed a passage: " + e.getCause(), e);
        }
    }

    private synchronized ExecutorService pool() {
        if (pool == null) {
            pool =
                    Executors.newFixedThreadPool(
                            threads,
                            Thread.ofPlatform().name("retrieval-embedding-", 0).daemon().factory());
        }
        return pool;
    }

    /** Ends the embedding of a document, and stops the threads. */
    @Override
    public synchronized void close() {
        isClosed = true;
        if (pool != null) {
            pool.shutdown();
        }
    }
}
