package dev.millrace.retrieval.index;

import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A passage that a search found.
 *
 * @param document id of the document
 * @param number position of the passage in the document, from 0
 * @param start offset of the first character in the document's text (UTF-16)
 * @param end offset after the last character
 * @param metadata of the document
 * @param title of the document; null for none
 * @param source of the document; null for none
 * @param score determines the order of the hits, highest first: the BM25 weight, the cosine, or the
 *     sum of reciprocal ranks
 * @param bm25 weight by words, if the passage is among the best by words
 * @param cosine of the embeddings, if the passage is among the best by meaning
 */
public record PassageHit(
        String document,
        int number,
        int start,
        int end,
        String text,
        Map<String, String> metadata,
        @Nullable String title,
        @Nullable String source,
        double score,
        OptionalDouble bm25,
        OptionalDouble cosine) {
    public PassageHit {
        metadata = Map.copyOf(metadata);
    }

    /**
     * Returns a human-readable name: the id of the document, {@code #}, and the passage's number.
     */
    public String id() {
        return document + '#' + number;
    }
}
