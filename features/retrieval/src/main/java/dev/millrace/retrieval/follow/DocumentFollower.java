package dev.millrace.retrieval.follow;

import dev.millrace.retrieval.background.RestartingThread;
import dev.millrace.retrieval.document.DocumentKey.CollectionId;
import dev.millrace.retrieval.embedding.TextEmbedder;
import dev.millrace.retrieval.library.DocumentLibrary;
import dev.millrace.retrieval.library.LibraryFolder;
import dev.millrace.retrieval.library.OpenCollection;
import dev.millrace.similarity.chunk.ChunkSizes;
import dev.millrace.similarity.chunk.Chunker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the library of this process up to date, on a dedicated thread. Nothing is read, opened or
 * loaded before {@link #start}. After a failure, it waits and restarts at the library's commit.
 */
public final class DocumentFollower implements AutoCloseable {
    private static final Duration POLL_WAIT = Duration.ofMillis(200);

    private final Settings settings;
    private final DocumentMetrics metrics;
    private final RestartingThread thread;
    private volatile @Nullable DocumentLibrary library;
    private volatile @Nullable DocumentIndexer indexer;

    /**
     * The settings of a follower.
     *
     * @param folder folder of the indexes; if it is in use, the next unlocked folder serves
     * @param maxAge longest time since the end of the topic was reached; older indexes are rebuilt
     * @param log opens the topic
     * @param embedder closed by the owner before the follower
     */
    public record Settings(
            Path folder,
            ChunkSizes chunks,
            Duration maxAge,
            Supplier<DocumentLog> log,
            TextEmbedder embedder,
            InstantSource clock,
            LongSupplier nanoTicker) {}

    public DocumentFollower(Settings settings, DocumentMetrics metrics) {
        this.settings = settings;
        this.metrics = metrics;
        thread = new RestartingThread("retrieval-documents", "index documents", this::follow);
    }

    /** Starts reading the documents; later calls do nothing. Can be called from any thread. */
    public void start() {
        thread.start();
    }

    /** Reads documents until the follower is closed, or something fails. */
    private void follow() throws IOException {
        try (LibraryFolder folder = LibraryFolder.claim(settings.folder());
                DocumentLog log = settings.log().get();
                DocumentLibrary opened = open(folder, log)) {
            var reading =
                    new DocumentIndexer(
                            log, opened, settings.clock(), settings.nanoTicker(), metrics);
            library = opened;
            indexer = reading;
            thread.onRunning();
            while (thread.isOpen()) {
                opened.requireIntact();
                reading.runOnce(POLL_WAIT);
            }
            reading.flush();
        } finally {
            indexer = null;
            library = null;
        }
    }

    private DocumentLibrary open(LibraryFolder folder, DocumentLog log) throws IOException {
        return DocumentLibrary.open(
                folder.path(),
                log.source(),
                new Chunker(settings.chunks(), settings.embedder()::tokens),
                settings.embedder(),
                settings.clock().instant(),
                settings.maxAge());
    }

    /** Returns true if all changes before the given offsets are indexed. Any thread may call. */
    public boolean hasIndexed(Map<Integer, Long> ends) {
        @Nullable DocumentIndexer reading = indexer;
        if (reading == null) {
            return false;
        }
        Map<Integer, Long> applied = reading.applied();
        return ends.entrySet().stream()
                .allMatch(it -> applied.getOrDefault(it.getKey(), 0L) >= it.getValue());
    }

    /**
     * Returns a collection, unless it never had a document. Any thread may call.
     *
     * @throws IllegalStateException if no library is open, so that this is unknown
     */
    public Optional<OpenCollection> find(CollectionId id) {
        @Nullable DocumentLibrary opened = library;
        if (opened == null) {
            throw new IllegalStateException("documents are not indexed at the moment");
        }
        return opened.find(id);
    }

    /** Returns why documents are not indexed; empty if they are. */
    public Optional<String> problem() {
        return thread.problem();
    }

    /** Stops after the current document. Uncommitted changes are read again. */
    @Override
    public void close() {
        thread.close();
    }
}
