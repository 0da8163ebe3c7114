package dev.millrace.bench.retrieval;

import dev.millrace.retrieval.embedding.TextEmbedder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Measures the embedding of passages and the counting of tokens, and can know the embeddings of
 * questions. Indexing belongs to one thread.
 */
final class MeteredEmbedder implements TextEmbedder {
    private final TextEmbedder embedder;
    private final Map<String, float[]> known = new ConcurrentHashMap<>();
    private long embeddingNanos;
    private long countingNanos;

    MeteredEmbedder(TextEmbedder embedder) {
        this.embedder = embedder;
    }

    /** Embeds a question, so that a search for it embeds nothing. */
    void learn(String question) {
        known.put(question, embedder.embed(question));
    }

    /** Returns the time in which passages were embedded. */
    long embeddingNanos() {
        return embeddingNanos;
    }

    /** Returns the time in which tokens were counted, to divide documents into passages. */
    long countingNanos() {
        return countingNanos;
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
        long begin = System.nanoTime();
        int tokens = embedder.tokens(text);
        countingNanos += System.nanoTime() - begin;
        return tokens;
    }

    @Override
    public float[] embed(String text) {
        float[] embedding = known.get(text);
        return embedding != null ? embedding : embedder.embed(text);
    }

    @Override
    public List<float[]> embedAll(List<String> texts) {
        long begin = System.nanoTime();
        List<float[]> embeddings = embedder.embedAll(texts);
        embeddingNanos += System.nanoTime() - begin;
        return embeddings;
    }
}
