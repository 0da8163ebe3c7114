package dev.millrace.retrieval.embedding;

import java.util.List;

/** The vectors of one version of a document, as far as they are known. */
public sealed interface DocumentVectors {
    /**
     * The vectors of all passages.
     *
     * @param passages in the order of the passages, of length 1
     */
    record Embedded(List<float[]> passages) implements DocumentVectors {
        public Embedded {
            passages = List.copyOf(passages);
        }
    }

    /**
     * The document gets no vectors, and is found by its words only.
     *
     * @param code code of the error
     * @param message for the user
     */
    record Failed(String code, String message) implements DocumentVectors {}

    /** A later version of the document follows in the topic, or its deletion. */
    record Superseded() implements DocumentVectors {}
}
