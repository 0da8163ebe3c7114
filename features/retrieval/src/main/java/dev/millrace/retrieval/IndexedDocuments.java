package dev.millrace.retrieval;

import dev.millrace.retrieval.document.DocumentKey.CollectionId;
import dev.millrace.retrieval.follow.DocumentFollower;
import dev.millrace.retrieval.job.Documents;
import dev.millrace.retrieval.library.OpenCollection;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The documents of this process. Starts the indexing when the topic has its first document. Belongs
 * to the thread of the jobs.
 */
final class IndexedDocuments implements Documents {
    /** Time between two checks for a first document. */
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(5);

    private final Supplier<Map<Integer, Long>> ends;
    private final DocumentFollower follower;
    private final Runnable starter;
    private final LongSupplier nanoTicker;
    private boolean isStarted;
    private long lookedNanos;

    /**
     * @param ends looks up the end offset of each partition of the topic of documents
     * @param starter starts the threads that documents need
     */
    IndexedDocuments(
            Supplier<Map<Integer, Long>> ends,
            DocumentFollower follower,
            Runnable starter,
            LongSupplier nanoTicker) {
        this.ends = ends;
        this.starter = starter;
        this.follower = follower;
        this.nanoTicker = nanoTicker;
        lookedNanos = nanoTicker.getAsLong() - LOOK_INTERVAL.toNanos();
    }

    /** Starts the indexing if the topic has documents. */
    void startIfThereAreAny() {
        long now = nanoTicker.getAsLong();
        if (!isStarted && now - lookedNanos >= LOOK_INTERVAL.toNanos()) {
            lookedNanos = now;
            startIfAny(ends.get());
        }
    }

    private boolean startIfAny(Map<Integer, Long> found) {
        boolean areAny = found.values().stream().anyMatch(it -> it > 0);
        if (areAny) {
            isStarted = true;
            starter.run();
        }
        return areAny;
    }

    @Override
    public Map<Integer, Long> ends() {
        return ends.get();
    }

    @Override
    public boolean hasIndexed(Map<Integer, Long> needed) {
        return !startIfAny(needed) || follower.hasIndexed(needed);
    }

    @Override
    public Optional<OpenCollection> find(CollectionId id) {
        return isStarted ? follower.find(id) : Optional.empty();
    }
}
