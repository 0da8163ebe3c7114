package dev.millrace.retrieval.index;

import dev.millrace.retrieval.embedding.EmbeddingException;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherManager;
import org.jspecify.annotations.Nullable;

/**
 * Knows whether the files of an open index are damaged. Most damage is found only when the files
 * are read: by a search, or by a merge, which closes the writer. Thread-safe.
 */
final class IndexDamage {
    private final IndexWriter writer;
    private final SearcherManager searchers;
    private volatile boolean isFound;
    private boolean isChecked;

    @FunctionalInterface
    interface Use<T> {
        T run() throws IOException;
    }

    IndexDamage(IndexWriter writer, SearcherManager searchers) {
        this.writer = writer;
        this.searchers = searchers;
    }

    /** Returns true if files are known to be damaged. */
    boolean isFound() {
        return isFound;
    }

    /**
     * Uses the index.
     *
     * @throws IOException if the index is damaged, or cannot be read
     */
    <T> T watch(Use<T> use) throws IOException {
        try {
            return use.run();
        } catch (IOException e) {
            isFound |= isDamage(e) || isDamage(writer.getTragicException()) || hasDamagedFiles();
            throw e;
        } catch (EmbeddingException e) {
            throw e;
        } catch (RuntimeException e) {
            if (isDamage(writer.getTragicException())
                    || (!(e instanceof IllegalStateException) && hasDamagedFiles())) {
                isFound = true;
                throw new IOException("the index is damaged: " + e, e);
            }
            throw e;
        }
    }

    private static boolean isDamage(@Nullable Throwable failure) {
        return failure instanceof CorruptIndexException
                || failure instanceof IndexFormatTooOldException
                || failure instanceof IndexFormatTooNewException
                || failure instanceof EOFException
                || failure instanceof NoSuchFileException
                || failure instanceof FileNotFoundException;
    }

    /**
     * Compares all files with their checksums, once: damaged files cause any exception, but so may
     * a question, again and again.
     */
    private synchronized boolean hasDamagedFiles() throws IOException {
        if (isChecked) {
            return isFound;
        }
        isChecked = true;
        IndexSearcher searcher = searchers.acquire();
        try {
            for (LeafReaderContext it : searcher.getIndexReader().leaves()) {
                if (it.reader() instanceof CodecReader files) {
                    files.checkIntegrity();
                }
            }
            return false;
        } catch (IOException e) {
            return isDamage(e);
        } finally {
            searchers.release(searcher);
        }
    }
}
