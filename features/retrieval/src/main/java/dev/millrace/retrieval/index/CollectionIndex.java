package dev.millrace.retrieval.index;

import dev.millrace.contracts.file.OwnerOnly;
import dev.millrace.retrieval.embedding.DocumentVectors;
import dev.millrace.retrieval.embedding.TextEmbedder;
import dev.millrace.similarity.chunk.Chunker;
import dev.millrace.similarity.chunk.TextSpan;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.IndexWriterConfig.OpenMode;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.Lock;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;

/**
 * The index of one collection of one tenant, for the process that writes it.
 *
 * <p>Changes become durable with a {@link #commit}, together with their position in the log. A
 * process that dies between two commits reads the changes since the last one again. An index that
 * is broken, or was made with another model, size of passages or version, is emptied when it is
 * opened, and then has no position. If damage is found later, the index must be closed, and is
 * empty when it is reopened.
 *
 * <p>One thread at a time changes it; searches run on any thread, and see all changes made before
 * they start.
 */
public final class CollectionIndex implements AutoCloseable {
    /** Changes whenever the fields or the analysis change. */
    private static final String FORMAT = "2 english";

    private static final double BUFFER_MIB = 32;

    private final Directory directory;
    private final IndexWriter writer;
    private final SearcherManager searchers;
    private final IndexDamage damage;
    private final Analyzer analyzer;
    private final Chunker chunker;
    private final TextEmbedder embedder;

    /** Length of the vectors that were computed elsewhere; 0 if unknown. */
    private int dimensions;

    /** Another process, or another object of this one, writes the index. */
    public static final class InUseException extends IOException {
        InUseException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private CollectionIndex(
            Directory directory,
            IndexWriter writer,
            Analyzer analyzer,
            Chunker chunker,
            TextEmbedder embedder)
            throws IOException {
        this.directory = directory;
        this.writer = writer;
        this.analyzer = analyzer;
        this.chunker = chunker;
        this.embedder = embedder;
        searchers = new SearcherManager(writer, null);
        damage = new IndexDamage(writer, searchers);
    }

    /**
     * Opens an index for changes, and creates it if there is none.
     *
     * @param folder only for this index
     * @throws InUseException if another object or process has it open for changes
     */
    public static CollectionIndex open(Path folder, Chunker chunker, TextEmbedder embedder)
            throws IOException {
        OwnerOnly.createFolders(folder);
        Directory directory = FSDirectory.open(folder);
        try {
            return usable(directory, chunker, embedder);
        } catch (LockObtainFailedException e) {
            directory.close();
            throw new InUseException("the index in " + folder + " is in use", e);
        } catch (IOException e) {
            directory.close();
            throw e;
        }
    }

    /** Opens the index, or replaces it by an empty one if it is broken or has another format. */
    private static CollectionIndex usable(
            Directory directory, Chunker chunker, TextEmbedder embedder) throws IOException {
        try {
            IndexWriter writer = writer(directory, OpenMode.CREATE_OR_APPEND);
            if (CommitData.hasFormat(data(writer), format(chunker, embedder))) {
                return of(directory, writer, chunker, embedder);
            }
            writer.close();
        } catch (CorruptIndexException
                | IndexFormatTooOldException
                | IndexFormatTooNewException
                | NoSuchFileException
                | FileNotFoundException _) {
            // All of it can be read again.
            deleteFiles(directory);
        }
        return of(directory, writer(directory, OpenMode.CREATE), chunker, embedder);
    }

    private static IndexWriter writer(Directory directory, OpenMode mode) throws IOException {
        return new IndexWriter(directory, config(EnglishText.analyzer(), mode));
    }

    /** Closes the writer if its segments cannot be read: it would keep the index locked. */
    private static CollectionIndex of(
            Directory directory, IndexWriter writer, Chunker chunker, TextEmbedder embedder)
            throws IOException {
        try {
            return new CollectionIndex(
                    directory, writer, EnglishText.analyzer(), chunker, embedder);
        } catch (IOException e) {
            writer.close();
            throw e;
        }
    }

    private static void deleteFiles(Directory directory) throws IOException {
        try (Lock _ = directory.obtainLock(IndexWriter.WRITE_LOCK_NAME)) {
            for (String it : directory.listAll()) {
                if (!it.equals(IndexWriter.WRITE_LOCK_NAME)) {
                    directory.deleteFile(it);
                }
            }
        }
    }

    private static IndexWriterConfig config(Analyzer analyzer, OpenMode mode) {
        return new IndexWriterConfig(analyzer)
                .setCodec(LongVectorCodec.create())
                .setOpenMode(mode)
                .setRAMBufferSizeMB(BUFFER_MIB)
                // Changes without their position would be read twice.
                .setCommitOnClose(false);
    }

    static String format(Chunker chunker, TextEmbedder embedder) {
        return String.join(
                " ",
                FORMAT,
                embedder.model(),
                Integer.toString(chunker.sizes().tokens()),
                Integer.toString(chunker.sizes().overlap()));
    }

    private static Map<String, String> data(IndexWriter writer) {
        var data = new HashMap<String, String>();
        var live = writer.getLiveCommitData();
        if (live != null) {
            live.forEach(it -> data.put(it.getKey(), it.getValue()));
        }
        return data;
    }

    /**
     * Returns the position of the last commit; empty if the index has to be filled from the start.
     */
    public Optional<SourcePosition> position() {
        return CommitData.position(data(writer));
    }

    /** Adds a document, or replaces the document of equal id with all its passages. */
    public void put(SourceDocument document) throws IOException {
        put(document, null);
    }

    /**
     * Adds a document, or replaces the document of equal id with all its passages.
     *
     * @param known vectors that were computed elsewhere; null to compute them. A document without
     *     usable vectors is found by its words only
     */
    public void put(SourceDocument document, @Nullable DocumentVectors known) throws IOException {
        List<TextSpan> spans = chunker.chunks(document.text());
        List<float[]> vectors =
                known == null
                        ? embedder.embedAll(
                                spans.stream().map(it -> it.of(document.text())).toList())
                        : usable(known, spans.size());
        var passages = new ArrayList<Document>();
        for (int i = 0; i < spans.size(); i++) {
            float @Nullable [] vector = vectors.isEmpty() ? null : vectors.get(i);
            passages.add(PassageFields.passage(document, i, spans.get(i), vector));
        }
        damage.watch(() -> writer.updateDocuments(PassageFields.document(document.id()), passages));
    }

    /** An index has vectors of one length only. */
    private List<float[]> usable(DocumentVectors known, int passages) throws IOException {
        if (!(known instanceof DocumentVectors.Embedded(List<float[]> vectors))
                || vectors.size() != passages) {
            return List.of();
        }
        int length = dimensions == 0 ? storedDimensions() : dimensions;
        if (length == 0 && !vectors.isEmpty()) {
            length = vectors.getFirst().length;
        }
        dimensions = length;
        return vectors.stream().allMatch(it -> it.length == dimensions) ? vectors : List.of();
    }

    private int storedDimensions() throws IOException {
        return read(searcher -> PassageSearch.dimensions(searcher));
    }

    /** Deletes a document, if there is one. */
    public void delete(String id) throws IOException {
        damage.watch(() -> writer.deleteDocuments(PassageFields.document(id)));
    }

    /** Deletes all documents and forgets the position. */
    public void clear() throws IOException {
        writer.deleteAll();
        writer.setLiveCommitData(List.of());
    }

    /** Makes all changes durable, together with the position that follows them. */
    public void commit(SourcePosition position) throws IOException {
        damage.watch(
                () -> {
                    writer.setLiveCommitData(
                            CommitData.of(format(chunker, embedder), position).entrySet());
                    return writer.commit();
                });
    }

    /** Returns the number of passages. */
    public int passages() throws IOException {
        return read(searcher -> searcher.getIndexReader().numDocs());
    }

    /** Returns the best passages, best first. */
    public List<PassageHit> search(PassageQuery query) throws IOException {
        return read(searcher -> new PassageSearch(searcher, analyzer, embedder).hits(query));
    }

    /**
     * Returns the vectors of a document, in the order of its passages.
     *
     * @return empty unless the document has exactly these passages, each with a vector
     */
    public Optional<List<float[]>> vectors(String id, List<String> passages) throws IOException {
        return read(searcher -> PassageSearch.vectors(searcher, id, passages));
    }

    private interface Reading<T> {
        T of(IndexSearcher searcher) throws IOException;
    }

    private <T> T read(Reading<T> reading) throws IOException {
        return damage.watch(
                () -> {
                    searchers.maybeRefreshBlocking();
                    IndexSearcher searcher = searchers.acquire();
                    try {
                        return reading.of(searcher);
                    } finally {
                        searchers.release(searcher);
                    }
                });
    }

    /**
     * Returns true if the files of the index were found to be damaged since it was opened. Any
     * thread may call.
     */
    public boolean isDamaged() {
        return damage.isFound();
    }

    /** Deletes damaged files, so that the index is empty when it is opened again. */
    private void deleteDamagedFiles() throws IOException {
        if (isDamaged()) {
            deleteFiles(directory);
        }
    }

    /** Closes the index without the changes since the last commit; a damaged one is emptied. */
    @Override
    public void close() throws IOException {
        // Each of them, as a writer that stays open would keep the index locked.
        IOUtils.close(searchers, writer, this::deleteDamagedFiles, directory);
    }
}
