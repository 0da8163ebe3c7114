package dev.millrace.retrieval.catalog;

import java.util.List;

/** How an embedding job has ended. */
sealed interface EmbeddingAnswer {
    /**
     * All texts have vectors.
     *
     * @param vectors in the order of the texts, of length 1
     */
    record Vectors(List<float[]> vectors) implements EmbeddingAnswer {
        public Vectors {
            vectors = List.copyOf(vectors);
        }
    }

    /**
     * No text has a vector.
     *
     * @param isOutage whether the reason concerns the model and not the texts or their tenant, so
     *     that another job may succeed later
     */
    record Failed(String code, String message, boolean isOutage) implements EmbeddingAnswer {}
}
