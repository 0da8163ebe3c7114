package dev.millrace.retrieval;

import dev.millrace.retrieval.catalog.IndexedVectors;
import dev.millrace.retrieval.document.DocumentKey;
import dev.millrace.retrieval.follow.DocumentFollower;
import dev.millrace.retrieval.library.OpenCollection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The vectors in the library of this process. Thread-safe. */
record FollowedVectors(DocumentFollower follower) implements IndexedVectors {
    @Override
    public boolean hasIndexed(int partition, long offset) {
        return follower.hasIndexed(Map.of(partition, offset));
    }

    @Override
    public Optional<List<float[]>> vectors(DocumentKey document, List<String> passages) {
        Optional<OpenCollection> collection = follower.find(document.in());
        try {
            return collection.isEmpty()
                    ? Optional.empty()
                    : collection.get().vectors(document.id(), passages);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
