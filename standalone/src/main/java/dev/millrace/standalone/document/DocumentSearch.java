package dev.millrace.standalone.document;

import dev.millrace.configuration.RetrievalConfig;
import dev.millrace.retrieval.CatalogEmbeddings;
import dev.millrace.retrieval.catalog.QuestionJobs;
import dev.millrace.retrieval.document.DocumentKey.CollectionId;
import dev.millrace.retrieval.embedding.EmbeddingException;
import dev.millrace.retrieval.embedding.TextEmbedder;
import dev.millrace.retrieval.follow.DocumentIndexer;
import dev.millrace.retrieval.follow.DocumentLog;
import dev.millrace.retrieval.follow.DocumentMetrics;
import dev.millrace.retrieval.index.IndexSnapshot;
import dev.millrace.retrieval.index.PassageHit;
import dev.millrace.retrieval.index.PassageQuery;
import dev.millrace.retrieval.index.SearchMode;
import dev.millrace.retrieval.job.SearchText;
import dev.millrace.retrieval.library.DocumentLibrary;
import dev.millrace.retrieval.library.LibraryFolder;
import dev.millrace.retrieval.library.OpenCollection;
import dev.millrace.similarity.chunk.ChunkSizes;
import dev.millrace.similarity.chunk.Chunker;
import dev.millrace.standalone.console.UserError;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Searches the documents of a pipeline. Uses the index of a service on this machine once that index
 * contains all documents, else this process's index, which is kept for the next search. Only reads
 * the service's folder, so that a starting service finds it free.
 *
 * @param index folder of the service's indexes
 * @param catalog computes the embeddings; empty if this process does
 * @param say receives a message when indexing starts, which can take long
 */
public record DocumentSearch(
        DocumentTopic topic,
        Path index,
        RetrievalConfig.Chunk chunk,
        TextEmbedder embedder,
        Optional<CatalogEmbeddings> catalog,
        InstantSource clock,
        LongSupplier nanoTicker,
        Consumer<String> say) {
    private static final Duration POLL_WAIT = Duration.ofMillis(100);

    /** Longest wait for the next commit of a service that indexes. */
    private static final Duration SERVICE_WAIT = Duration.ofSeconds(60);

    /** Time after which the user learns what the command waits for. */
    private static final Duration SILENT_WAIT = Duration.ofSeconds(2);

    private static final String OWN_SUFFIX = "-search";

    /** Longest wait for the vectors of the next document, which a retrieval service writes. */
    private static final Duration VECTOR_WAIT = Duration.ofSeconds(60);

    /**
     * Returns the best passages, best first.
     *
     * @throws UserError if the collection has no documents
     */
    public List<PassageHit> search(CollectionId collection, PassageQuery query) throws IOException {
        if (query.mode() != SearchMode.WORDS) {
            catalog.ifPresent(it -> embed(it, collection, query));
        }
        try (DocumentLog log = catalog.isPresent() ? catalog.get().documents() : topic.open()) {
            Optional<List<PassageHit>> found =
                    awaitService(log) ? searchSnapshot(log, collection, query) : Optional.empty();
            return found.isPresent() ? found.get() : searchOwn(log, collection, query);
        } catch (EmbeddingException e) {
            throw UserError.failure(e.code() + ": " + e.getMessage());
        }
    }

    private static void embed(
            CatalogEmbeddings embeddings, CollectionId collection, PassageQuery query) {
        var question = new SearchText(collection.tenant(), null, query.text());
        try (QuestionJobs jobs = embeddings.questions()) {
            embeddings.embedder().use(jobs);
            boolean isPrepared;
            do {
                isPrepared = embeddings.embedder().prepare(Set.of(question));
            } while (!isPrepared);
        }
    }

    private Chunker chunker() {
        return new Chunker(new ChunkSizes(chunk.tokens(), chunk.overlap()), embedder::tokens);
    }

    /**
     * Waits for a service that has locked its folder and makes progress.
     *
     * @return false if its indexes do not contain all documents
     */
    private boolean awaitService(DocumentLog log) throws IOException {
        Map<Integer, Long> ends = log.ends();
        long startNanos = nanoTicker.getAsLong();
        long changedNanos = startNanos;
        boolean isTold = false;
        Optional<Map<Integer, Long>> before = DocumentLibrary.position(index, log.source());
        Optional<Map<Integer, Long>> read = before;
        while (read.isEmpty() || !DocumentTopic.isAt(ends, read.get())) {
            long now = nanoTicker.getAsLong();
            changedNanos = read.equals(before) ? changedNanos : now;
            if (!LibraryFolder.isInUse(index) || now - changedNanos >= SERVICE_WAIT.toNanos()) {
                return false;
            }
            if (!isTold && now - startNanos >= SILENT_WAIT.toNanos()) {
                isTold = true;
                say.accept("waiting for the retrieval service, which indexes documents");
            }
            LockSupport.parkNanos(POLL_WAIT.toNanos());
            before = read;
            read = DocumentLibrary.position(index, log.source());
        }
        return true;
    }

    private Optional<List<PassageHit>> searchSnapshot(
            DocumentLog log, CollectionId collection, PassageQuery query) throws IOException {
        if (!DocumentLibrary.hasCollection(index, collection)) {
            throw noDocuments(collection);
        }
        Optional<IndexSnapshot> snapshot =
                DocumentLibrary.snapshot(index, log.source(), collection, chunker(), embedder);
        if (snapshot.isEmpty()) {
            return Optional.empty();
        }
        try (IndexSnapshot opened = snapshot.get()) {
            return Optional.of(opened.search(query));
        }
    }

    private List<PassageHit> searchOwn(DocumentLog log, CollectionId collection, PassageQuery query)
            throws IOException {
        try (LibraryFolder folder = LibraryFolder.claim(ownFolder());
                DocumentLibrary library =
                        DocumentLibrary.open(
                                folder.path(),
                                log.source(),
                                chunker(),
                                embedder,
                                clock.instant(),
                                DocumentLibrary.MAX_AGE)) {
            var indexer =
                    new DocumentIndexer(
                            log,
                            library,
                            clock,
                            nanoTicker,
                            new DocumentMetrics(new SimpleMeterRegistry()));
            Map<Integer, Long> ends = log.ends();
            if (!DocumentTopic.isAt(ends, library.start())) {
                say.accept("indexing documents into " + folder.path());
            }
            readAll(indexer, ends);
            indexer.flush();
            OpenCollection found =
                    library.find(collection).orElseThrow(() -> noDocuments(collection));
            if (found.passages() == 0) {
                throw noDocuments(collection);
            }
            return found.search(query);
        }
    }

    private Path ownFolder() {
        return index.resolveSibling(index.getFileName() + OWN_SUFFIX);
    }

    private void readAll(DocumentIndexer indexer, Map<Integer, Long> ends) throws IOException {
        Map<Integer, Long> before = indexer.applied();
        long changedNanos = nanoTicker.getAsLong();
        while (!DocumentTopic.isAt(ends, indexer.applied())) {
            indexer.runOnce(POLL_WAIT);
            if (!before.equals(indexer.applied())) {
                before = indexer.applied();
                changedNanos = nanoTicker.getAsLong();
            } else if (nanoTicker.getAsLong() - changedNanos >= VECTOR_WAIT.toNanos()) {
                throw UserError.failure(
                        "documents wait for their embeddings, which a running retrieval service"
                                + " gets");
            }
        }
    }

    private static UserError noDocuments(CollectionId collection) {
        return UserError.failure(
                "tenant \"%s\" has no documents in collection \"%s\""
                        .formatted(collection.tenant(), collection.name()));
    }
}
