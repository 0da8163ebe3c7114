package dev.millrace.retrieval.index;

import java.util.Map;

/**
 * A search.
 *
 * @param text the question, not blank
 * @param topK most passages to return, from 1 to {@link #MAX_TOP_K}
 * @param filter values that the metadata of a document must have; empty for all documents
 */
public record PassageQuery(String text, int topK, Map<String, String> filter, SearchMode mode) {
    /** Most passages of a search. */
    public static final int MAX_TOP_K = 1000;

    public PassageQuery {
        filter = Map.copyOf(filter);
        if (text.isBlank()) {
            throw new IllegalArgumentException("the question must not be blank");
        }
        if (topK < 1 || topK > MAX_TOP_K) {
            throw new IllegalArgumentException("top_k must be 1.." + MAX_TOP_K + ", was " + topK);
        }
    }
}
