package dev.millrace.retrieval.library;

import dev.millrace.configuration.TopicPlan;
import dev.millrace.retrieval.document.DocumentKey;
import dev.millrace.retrieval.document.DocumentKey.CollectionId;
import dev.millrace.retrieval.document.StoredDocument;
import dev.millrace.retrieval.embedding.DocumentVectors;
import dev.millrace.retrieval.embedding.TextEmbedder;
import dev.millrace.retrieval.index.CollectionIndex;
import dev.millrace.retrieval.index.IndexSnapshot;
import dev.millrace.retrieval.index.SourceDocument;
import dev.millrace.retrieval.index.SourcePosition;
import dev.millrace.similarity.chunk.Chunker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The indexes of all collections. Each index has the position of its last commit, and skips earlier
 * changes; the library knows the position up to which all of them are complete. If an index is
 * lost, the topic is read from its beginning, and only that index takes all changes.
 *
 * <p>One thread changes the library; {@link #find} can be called from any thread.
 */
public final class DocumentLibrary implements AutoCloseable {
    /** Most collections of a process: each open index takes some files and memory. */
    public static final int MAX_COLLECTIONS = 1_000;

    /** Most collections of a tenant, so that no tenant takes all of them. */
    public static final int MAX_COLLECTIONS_OF_TENANT = 100;

    /**
     * Longest time since the end of the topic was reached; after it, indexes are rebuilt. It is
     * less than the time for which the topic keeps deletions, so that no deletion is missed.
     */
    public static final Duration MAX_AGE = TopicPlan.DELETION_RETENTION.minusDays(1);

    private final Path folder;
    private final String source;
    private final Chunker chunker;
    private final TextEmbedder embedder;
    private final Map<CollectionId, OpenCollection> collections = new ConcurrentHashMap<>();
    private Map<Integer, Long> start = Map.of();
    private Instant readAt;

    private DocumentLibrary(
            Path folder, String source, Chunker chunker, TextEmbedder embedder, Instant now) {
        readAt = now;
        this.folder = folder;
        this.source = source;
        this.chunker = chunker;
        this.embedder = embedder;
    }

    /**
     * Opens the indexes in a folder.
     *
     * @param folder only for this object; see {@link LibraryFolder}
     * @param source identifies the topic of documents. Indexes of another topic are emptied
     * @param now indexes that are older than {@code maxAge} then are emptied
     * @param maxAge how long the topic keeps deletions
     */
    public static DocumentLibrary open(
            Path folder,
            String source,
            Chunker chunker,
            TextEmbedder embedder,
            Instant now,
            Duration maxAge)
            throws IOException {
        var library = new DocumentLibrary(folder, source, chunker, embedder, now);
        try {
            Optional<LibraryState> state = LibraryState.read(folder);
            if (state.isPresent()) {
                library.open(state.get(), now, maxAge);
            }
            return library;
        } catch (IOException | RuntimeException e) {
            library.close();
            throw e;
        }
    }

    private void open(LibraryState state, Instant now, Duration maxAge) throws IOException {
        SourcePosition position = state.position();
        boolean isUsable =
                position.source().equals(source) && !position.readAt().isBefore(now.minus(maxAge));
        readAt = isUsable ? position.readAt() : now;
        boolean isComplete = isUsable;
        for (var it : state.folders().entrySet()) {
            OpenCollection opened = isUsable ? open(it.getValue()) : create(it.getValue());
            collections.put(it.getKey(), opened);
            isComplete &= hasSource(opened);
        }
        if (isComplete) {
            start = position.offsets();
        } else {
            // Written before any index is committed: a partly read index must not count as
            // complete, and the next process must not find an emptied one.
            var beginning = new SourcePosition(source, Map.of(), readAt);
            new LibraryState(beginning, isUsable ? state.folders() : Map.of()).write(folder);
        }
    }

    private boolean hasSource(OpenCollection opened) {
        return opened.index().position().filter(it -> it.source().equals(source)).isPresent();
    }

    private OpenCollection open(String name) throws IOException {
        var opened =
                new OpenCollection(
                        CollectionIndex.open(folder.resolve(name), chunker, embedder),
                        name,
                        source);
        if (!hasSource(opened)) {
            opened.index().clear();
        }
        return opened;
    }

    /**
     * Opens an index without documents. A process that died has possibly left some in its folder.
     */
    private OpenCollection create(String name) throws IOException {
        CollectionIndex index = CollectionIndex.open(folder.resolve(name), chunker, embedder);
        index.clear();
        return new OpenCollection(index, name, source);
    }

    /** Returns the next offset to read of each partition; a partition without one is unread. */
    public Map<Integer, Long> start() {
        return start;
    }

    /** Adds, replaces or deletes a document whose vectors this process computes. */
    public Optional<String> apply(
            int partition, long offset, DocumentKey key, @Nullable StoredDocument document)
            throws IOException {
        return apply(partition, offset, key, document, null);
    }

    /**
     * Adds, replaces or deletes a document.
     *
     * @param document null to delete it
     * @param vectors of a model of the catalog; null if this process computes them
     * @return why the document was skipped; empty if it was not
     */
    public Optional<String> apply(
            int partition,
            long offset,
            DocumentKey key,
            @Nullable StoredDocument document,
            @Nullable DocumentVectors vectors)
            throws IOException {
        @Nullable OpenCollection collection = collections.get(key.in());
        if (collection == null) {
            if (document == null) {
                return Optional.empty();
            }
            Optional<String> limit = limit(key.in());
            if (limit.isPresent()) {
                return limit;
            }
            collection = create(newFolder());
            collections.put(key.in(), collection);
        }
        if (collection.isIndexed(partition, offset)) {
            return Optional.empty();
        }
        if (document == null) {
            collection.index().delete(key.id());
        } else {
            collection.index().put(toSource(key, document), vectors);
        }
        collection.onChange();
        return Optional.empty();
    }

    /** Returns which limit forbids a new collection. */
    private Optional<String> limit(CollectionId wanted) {
        long ofTenant =
                collections.keySet().stream()
                        .filter(it -> it.tenant().equals(wanted.tenant()))
                        .count();
        if (ofTenant >= MAX_COLLECTIONS_OF_TENANT) {
            return Optional.of(
                    "collection \"%s\" is not indexed: tenant \"%s\" has %d collections already"
                            .formatted(wanted.name(), wanted.tenant(), MAX_COLLECTIONS_OF_TENANT));
        }
        return collections.size() < MAX_COLLECTIONS
                ? Optional.empty()
                : Optional.of(
                        "collection \"%s\" of tenant \"%s\" is not indexed: there are %d collections already"
                                .formatted(wanted.name(), wanted.tenant(), MAX_COLLECTIONS));
    }

    private static SourceDocument toSource(DocumentKey key, StoredDocument document) {
        return new SourceDocument(
                key.id(),
                document.title(),
                document.source(),
                document.text(),
                document.metadata());
    }

    private String newFolder() {
        Set<String> taken = new HashSet<>();
        collections.values().forEach(it -> taken.add(it.folder()));
        int number = collections.size() + 1;
        while (taken.contains("c" + number)) {
            number++;
        }
        return "c" + number;
    }

    /**
     * Fails if an index is damaged: the library must be reopened, which reads the documents of that
     * collection again.
     */
    public void requireIntact() throws IOException {
        for (var it : collections.entrySet()) {
            if (it.getValue().index().isDamaged()) {
                throw new IOException(
                        "the index of collection \"%s\" of tenant \"%s\" is damaged, and is made again"
                                .formatted(it.getKey().name(), it.getKey().tenant()));
            }
        }
    }

    /** Returns when the end of the topic was last reached, or reading it from its start began. */
    public Instant readAt() {
        return readAt;
    }

    /** Makes the next library in this folder read the topic from its beginning into new indexes. */
    public void forget() throws IOException {
        LibraryState.delete(folder);
    }

    /**
     * Makes all changes durable, with the offsets that follow them.
     *
     * @param endReachedAt when the end of the topic was last reached; see {@link #readAt}
     */
    public void commit(Map<Integer, Long> offsets, Instant endReachedAt) throws IOException {
        var position = new SourcePosition(source, offsets, endReachedAt);
        var folders = new HashMap<CollectionId, String>();
        for (var it : collections.entrySet()) {
            it.getValue().commit(position);
            folders.put(it.getKey(), it.getValue().folder());
        }
        new LibraryState(position, folders).write(folder);
    }

    /** Returns a collection, unless it never had a document. */
    public Optional<OpenCollection> find(CollectionId id) {
        return Optional.ofNullable(collections.get(id));
    }

    /**
     * Returns the offsets up to which the indexes in a folder have read the topic. Another process
     * can use the folder.
     *
     * @return empty if there are no indexes of this topic
     */
    public static Optional<Map<Integer, Long>> position(Path folder, String source)
            throws IOException {
        return LibraryState.read(folder)
                .map(LibraryState::position)
                .filter(it -> it.source().equals(source))
                .map(SourcePosition::offsets);
    }

    /** Returns true if the indexes in a folder have a collection, in their last commit. */
    public static boolean hasCollection(Path folder, CollectionId id) throws IOException {
        return LibraryState.read(folder).filter(it -> it.folders().containsKey(id)).isPresent();
    }

    /**
     * Opens the last commit of a collection in a folder that another process may use.
     *
     * @return empty if there is none
     */
    public static Optional<IndexSnapshot> snapshot(
            Path folder, String source, CollectionId id, Chunker chunker, TextEmbedder embedder)
            throws IOException {
        Optional<LibraryState> state = LibraryState.read(folder);
        if (state.isEmpty() || !state.get().position().source().equals(source)) {
            return Optional.empty();
        }
        @Nullable String name = state.get().folders().get(id);
        return name == null
                ? Optional.empty()
                : IndexSnapshot.open(folder.resolve(name), chunker, embedder);
    }

    /**
     * Closes the indexes without the changes since the last commit. Collections are still found,
     * and fail: a search must not take them for collections without documents.
     */
    @Override
    public void close() throws IOException {
        @Nullable IOException failure = null;
        for (OpenCollection it : collections.values()) {
            try {
                it.index().close();
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
