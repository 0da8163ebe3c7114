package dev.millrace.retrieval.job;

import dev.millrace.retrieval.document.DocumentKey.CollectionId;
import dev.millrace.retrieval.library.OpenCollection;
import java.util.Map;
import java.util.Optional;

/** The indexed documents. Called by the thread of the jobs. */
public interface Documents {
    /** Returns the end of the topic of documents, of each partition. */
    Map<Integer, Long> ends();

    /**
     * Returns true if all changes before the given offsets are indexed. Starts the indexing if it
     * has not been started.
     */
    boolean hasIndexed(Map<Integer, Long> ends);

    /**
     * Returns a collection, unless it never had a document.
     *
     * @throws IllegalStateException if the indexing has failed and has not begun again
     */
    Optional<OpenCollection> find(CollectionId id);
}
