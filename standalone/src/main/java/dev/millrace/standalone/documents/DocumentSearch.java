package dev.millrace.standalone.documents;

import dev.millrace.contracts.retrieval.RetrievalConfig;
import dev.millrace.retrieval.document.DocumentKey.CollectionId;
import dev.millrace.retrieval.embedding.ParallelEmbedder;
import dev.millrace.retrieval.follow.DocumentIndexer;
import dev.millrace.retrieval.follow.DocumentLog;
import dev.millrace.retrieval.follow.DocumentMetrics;
import dev.millrace.retrieval.index.IndexSnapshot;
import dev.millrace.retrieval.index.PassageHit;
import dev.millrace.retrieval.index.PassageQuery;
import dev.millrace.retrieval.library.DocumentLibrary;
import dev.millrace.retrieval.library.LibraryFolder;
import dev.millrace.retrieval.library.OpenCollection;
import dev.millrace.semantic.chunk.ChunkSizes;
import dev.millrace.semantic.chunk.Chunker;
import dev.millrace.standalone.console.UserError;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Searches the documents of a pipeline: in the index of a service on this machine if it contains
 * all documents, else in an index of this process, which is kept for the next search.
 *
 * @param index folder of the indexes
 * @param say gets what takes long
 */
public record DocumentSearch(
        DocumentTopic topic,
        Path index,
        RetrievalConfig.Chunk chunk,
        ParallelEmbedder embedder,
        InstantSource clock,
        LongSupplier nanoTicker,
        Consumer<String> say) {
    private static final Duration POLL_WAIT = Duration.ofMillis(100);
    private static final Duration MAX_AGE = Duration.ofDays(6);

    /**
     * Returns the best passages, best first.
     *
     * @throws UserError if the collection has no documents
     */
    public List<PassageHit> search(CollectionId collection, PassageQuery query) throws IOException {
        try (DocumentLog log = topic.open()) {
            Optional<List<PassageHit>> found = searchSnapshot(log, collection, query);
            return found.isPresent() ? found.get() : searchOwn(log, collection, query);
        }
    }

    private Chunker chunker() {
        return new Chunker(new ChunkSizes(chunk.tokens(), chunk.overlap()), embedder::tokens);
    }

    private Optional<List<PassageHit>> searchSnapshot(
            DocumentLog log, CollectionId collection, PassageQuery query) throws IOException {
        Optional<Map<Integer, Long>> read = DocumentLibrary.position(index, log.source());
        if (read.isEmpty() || !DocumentTopic.isAt(log.ends(), read.get())) {
            return Optional.empty();
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
        try (LibraryFolder folder = LibraryFolder.claim(index);
                DocumentLibrary library =
                        DocumentLibrary.open(
                                folder.path(),
                                log.source(),
                                chunker(),
                                embedder,
                                clock.instant(),
                                MAX_AGE)) {
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
            while (!DocumentTopic.isAt(ends, indexer.applied())) {
                indexer.runOnce(POLL_WAIT);
            }
            indexer.flush();
            OpenCollection found =
                    library.find(collection).orElseThrow(() -> noDocuments(collection));
            if (found.passages() == 0) {
                throw noDocuments(collection);
            }
            return found.search(query);
        }
    }

    private static UserError noDocuments(CollectionId collection) {
        return UserError.failure(
                "tenant \"%s\" has no documents in collection \"%s\""
                        .formatted(collection.tenant(), collection.name()));
    }
}
