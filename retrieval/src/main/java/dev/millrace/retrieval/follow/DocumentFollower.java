package dev.millrace.retrieval.follow;

import dev.millrace.retrieval.document.DocumentKey.CollectionId;
import dev.millrace.retrieval.embedding.TextEmbedder;
import dev.millrace.retrieval.library.DocumentLibrary;
import dev.millrace.retrieval.library.LibraryFolder;
import dev.millrace.retrieval.library.OpenCollection;
import dev.millrace.semantic.chunk.ChunkSizes;
import dev.millrace.semantic.chunk.Chunker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the library of this process up to date, on a thread of its own. Nothing is read, opened or
 * loaded before {@link #start}. After a failure, it waits and begins again where the library was
 * committed.
 */
public final class DocumentFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DocumentFollower.class);
    private static final Duration POLL_WAIT = Duration.ofMillis(200);
    private static final Duration RETRY_WAIT = Duration.ofSeconds(2);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

    private final Settings settings;
    private final DocumentMetrics metrics;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private boolean isStarted;
    private volatile @Nullable DocumentLibrary library;
    private volatile @Nullable DocumentIndexer indexer;
    private volatile Optional<String> problem = Optional.empty();

    /**
     * The settings of a follower.
     *
     * @param folder folder of the indexes; if it is in use, the next free one is taken
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
        thread = Thread.ofPlatform().name("retrieval-documents").daemon().unstarted(this::run);
    }

    /** Starts reading the documents; later calls do nothing. Any thread may call. */
    public synchronized void start() {
        if (!isStarted && closed.getCount() > 0) {
            isStarted = true;
            thread.start();
        }
    }

    private void run() {
        try {
            do {
                follow();
            } while (!closed.await(RETRY_WAIT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Error e) {
            problem = Optional.of("the indexing of documents has stopped: " + e);
            LOG.error("the indexing of documents stops because of an internal error", e);
        }
    }

    /** Reads documents until the follower is closed, or something fails. */
    private void follow() {
        try (LibraryFolder folder = LibraryFolder.claim(settings.folder());
                DocumentLog log = settings.log().get();
                DocumentLibrary opened = open(folder, log)) {
            var reading =
                    new DocumentIndexer(
                            log, opened, settings.clock(), settings.nanoTicker(), metrics);
            library = opened;
            indexer = reading;
            problem = Optional.empty();
            while (closed.getCount() > 0) {
                opened.requireIntact();
                reading.runOnce(POLL_WAIT);
            }
            reading.flush();
        } catch (IOException | RuntimeException e) {
            onFailure(e);
        } finally {
            indexer = null;
            library = null;
        }
    }

    private void onFailure(Exception failure) {
        if (closed.getCount() == 0) {
            return;
        }
        String text = "cannot index documents: " + failure.getMessage();
        if (!problem.equals(Optional.of(text))) {
            LOG.atWarn()
                    .setCause(
                            failure instanceof IOException || failure instanceof KafkaException
                                    ? null
                                    : failure)
                    .addKeyValue("problem", failure.getMessage())
                    .log("Cannot index documents; will retry");
        }
        problem = Optional.of(text);
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
        return problem;
    }

    /** Stops after the current document. What was not committed is read again. */
    @Override
    public void close() {
        closed.countDown();
        try {
            if (thread.isAlive() && !thread.join(CLOSE_WAIT)) {
                LOG.warn("the indexing of a document has not ended yet");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
