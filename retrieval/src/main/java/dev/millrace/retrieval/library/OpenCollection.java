package dev.millrace.retrieval.library;

import dev.millrace.retrieval.index.CollectionIndex;
import dev.millrace.retrieval.index.PassageHit;
import dev.millrace.retrieval.index.PassageQuery;
import dev.millrace.retrieval.index.SourcePosition;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** A collection whose index is open. One thread changes it; searches run on any thread. */
public final class OpenCollection {
    private final CollectionIndex index;
    private final String folder;

    /** The offsets of the last commit: earlier changes are in the index. */
    private final Map<Integer, Long> indexed;

    private boolean isChanged;

    /** Grows after each change, in this process. */
    private final AtomicLong version = new AtomicLong();

    OpenCollection(CollectionIndex index, String folder, String source) {
        this.index = index;
        this.folder = folder;
        indexed =
                index.position()
                        .filter(it -> it.source().equals(source))
                        .map(SourcePosition::offsets)
                        .orElseGet(Map::of);
    }

    /** Returns a number that changes with each change of the collection in this process. */
    public long version() {
        return version.get();
    }

    /** Returns the number of passages. */
    public int passages() throws IOException {
        return index.passages();
    }

    /** Returns the best passages, best first. */
    public List<PassageHit> search(PassageQuery query) throws IOException {
        return index.search(query);
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
        version.incrementAndGet();
    }

    /** Commits the changes, if there are any. */
    void commit(SourcePosition position) throws IOException {
        if (isChanged) {
            index.commit(position);
            isChanged = false;
        }
    }
}
