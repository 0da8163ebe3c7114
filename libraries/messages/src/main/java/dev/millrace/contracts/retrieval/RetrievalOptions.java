package dev.millrace.contracts.retrieval;

import java.util.Map;

/**
 * The {@code millrace.retrieval} object of a request, which selects passages for its prompt.
 *
 * @param collection name of a collection of the job's tenant
 * @param topK maximum number of passages, from 1 to {@link #MAX_TOP_K}
 * @param filter values that the metadata of a document must have; empty for all documents
 * @param place the place of the passages in the prompt
 * @param onEmpty the effect if no passage is found
 */
public record RetrievalOptions(
        String collection,
        int topK,
        Map<String, String> filter,
        ContextPlace place,
        OnEmpty onEmpty) {
    /** Most passages of a job. */
    public static final int MAX_TOP_K = 50;

    /** Passages of a job that names no number. */
    public static final int DEFAULT_TOP_K = 5;

    public RetrievalOptions {
        filter = Map.copyOf(filter);
    }
}
