package dev.millrace.retrieval.embedding;

import dev.millrace.similarity.embedding.EmbeddingModel;
import org.jspecify.annotations.Nullable;

/**
 * Embeds texts in this process. Loads the model at the first text, which takes 0.3 s and 200 MiB
 * outside the heap. Each call computes on the thread of its caller.
 */
public final class LocalEmbedder implements TextEmbedder, AutoCloseable {
    private static final String MODEL = "all-minilm-l6-v2-q";
    private static final int START_AND_END = 2;

    private @Nullable EmbeddingModel model;

    /** Creates an embedder without loading the model. */
    public LocalEmbedder() {}

    @Override
    public String model() {
        return MODEL;
    }

    /** Returns one less than the model reads, so that a longer text differs from a full one. */
    @Override
    public int maxTokens() {
        return EmbeddingModel.MAX_TOKENS - START_AND_END - 1;
    }

    @Override
    public int tokens(String text) {
        return loaded().tokens(text, EmbeddingModel.MAX_TOKENS).length - START_AND_END;
    }

    @Override
    public float[] embed(String text) {
        EmbeddingModel loaded = loaded();
        return loaded.embed(loaded.tokens(text, EmbeddingModel.MAX_TOKENS - 1));
    }

    private synchronized EmbeddingModel loaded() {
        if (model == null) {
            model = EmbeddingModel.load();
        }
        return model;
    }

    /** Frees the memory of the model. No other call may run. */
    @Override
    public synchronized void close() {
        if (model != null) {
            model.close();
            model = null;
        }
    }
}
