package dev.millrace.retrieval.index;

import dev.millrace.retrieval.embedding.TextEmbedder;
import dev.millrace.similarity.chunk.Chunker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/** The last commit of an index that another process possibly writes. Takes no lock. */
public final class IndexSnapshot implements AutoCloseable {
    private final Directory directory;
    private final DirectoryReader reader;
    private final TextEmbedder embedder;
    private final SourcePosition position;

    private IndexSnapshot(
            Directory directory,
            DirectoryReader reader,
            TextEmbedder embedder,
            SourcePosition position) {
        this.directory = directory;
        this.reader = reader;
        this.embedder = embedder;
        this.position = position;
    }

    /**
     * Opens the last commit of an index.
     *
     * @return empty if nothing was committed yet, or only by another model or version
     */
    public static Optional<IndexSnapshot> open(Path folder, Chunker chunker, TextEmbedder embedder)
            throws IOException {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        Directory directory = FSDirectory.open(folder);
        if (!DirectoryReader.indexExists(directory)) {
            directory.close();
            return Optional.empty();
        }
        DirectoryReader reader = DirectoryReader.open(directory);
        var data = reader.getIndexCommit().getUserData();
        var position = CommitData.position(data);
        if (position.isEmpty()
                || !CommitData.hasFormat(data, CollectionIndex.format(chunker, embedder))) {
            reader.close();
            directory.close();
            return Optional.empty();
        }
        return Optional.of(new IndexSnapshot(directory, reader, embedder, position.get()));
    }

    /** Returns how far the commit had read its source. */
    public SourcePosition position() {
        return position;
    }

    /** Returns the best passages, best first. */
    public List<PassageHit> search(PassageQuery query) throws IOException {
        return new PassageSearch(new IndexSearcher(reader), EnglishText.analyzer(), embedder)
                .hits(query);
    }

    @Override
    public void close() throws IOException {
        reader.close();
        directory.close();
    }
}
