package dev.millrace.retrieval.library;

import dev.millrace.retrieval.index.CollectionIndex;
import dev.millrace.retrieval.index.PassageHit;
import dev.millrace.retrieval.index.PassageQuery;
import dev.millrace.retrieval.index.SourcePosition;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A collection whose index is open. One thread changes it; searches run on any thread. */
public final class OpenCollection {
    private final CollectionIndex index;
    private final String folder;

    /** The offsets of the last commit: earlier changes are in the index. */
    private final Map<Integer, Long> indexed;

    /** True if the last commit is older than the index. */
    private boolean isChanged;

    /** Another object after each change, and for each opened index. */
    private volatile Object version = new Object();

    OpenCollection(CollectionIndex index, String folder, String source) {
        this.index = index;
        this.folder = folder;
        Optional<SourcePosition> position =
                index.position().filter(it -> it.source().equals(source));
        indexed = position.map(SourcePosition::offsets).orElseGet(Map::of);
        // An emptied index is committed too. Else, its documents would be there after a restart.
        isChanged = position.isEmpty();
    }

    /** Returns an object that no other state of the collection has. */
    public Object version() {
        return version;
    }

    /** Returns the number of passages. */
    public int passages() throws IOException {
        return index.passages();
    }

    /** Returns the best passages, best first. */
    public List<PassageHit> search(PassageQuery query) throws IOException {
        return index.search(query);
    }

    /** Returns the vectors of a document; see {@link CollectionIndex#vectors}. */
    public Optional<List<float[]>> vectors(String document, List<String> passages)
            throws IOException {
        return index.vectors(document, passages);
    }

    CollectionIndex index() {
        return index;
    }

    String folder() {
        return folder;
    }

    boolean isIndexed(int partition, long offset) {
        return offset < indexed.getOrDefault(partition, 0L);
    }

    void onChange() {
        isChanged = true;
        version = new Object();
    }

    /** Commits the changes, if there are any. */
    void commit(SourcePosition position) throws IOException {
        if (isChanged) {
            index.commit(position);
            isChanged = false;
        }
    }
}
