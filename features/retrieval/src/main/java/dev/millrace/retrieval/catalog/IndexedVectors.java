package dev.millrace.retrieval.catalog;

import dev.millrace.retrieval.document.DocumentKey;
import java.util.List;
import java.util.Optional;

/** The vectors of the documents that this process has indexed. */
public interface IndexedVectors {
    /** Returns true if all changes of a partition before an offset are indexed. */
    boolean hasIndexed(int partition, long offset);

    /**
     * Returns the vectors of a document, in the order of its passages.
     *
     * @return empty unless the indexed version has exactly these passages, each with a vector
     * @throws RuntimeException if the index cannot be read
     */
    Optional<List<float[]>> vectors(DocumentKey document, List<String> passages);
}
