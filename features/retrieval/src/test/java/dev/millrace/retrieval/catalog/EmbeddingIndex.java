package dev.millrace.retrieval.catalog;

import dev.millrace.retrieval.document.DocumentCodec;
import dev.millrace.retrieval.document.DocumentKey;
import dev.millrace.retrieval.document.DocumentRecord;
import dev.millrace.retrieval.embedding.DocumentVectors;
import dev.millrace.retrieval.embedding.DocumentVectors.Embedded;
import dev.millrace.retrieval.embedding.DocumentVectors.Superseded;
import dev.millrace.retrieval.follow.DocumentLog;
import dev.millrace.retrieval.vector.JoinedDocumentLog;
import dev.millrace.retrieval.vector.VectorLog;
import dev.millrace.retrieval.vector.VectorRecord;
import dev.millrace.retrieval.vector.VectorSpace;
import dev.millrace.similarity.chunk.Chunker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The documents of one partition that a process has indexed, with their vectors. */
final class EmbeddingIndex implements IndexedVectors {
    private final Source source;
    private final Chunker chunker;
    private final JoinedDocumentLog log;
    private final Map<String, DocumentRecord> indexed = new TreeMap<>();

    /** The records of both topics, and the offsets after the last ones. */
    record Source(
            List<DocumentRecord> documents,
            List<VectorRecord> vectors,
            LongSupplier documentsEnd,
            LongSupplier vectorsEnd) {}

    EmbeddingIndex(Source source, VectorSpace space, Chunker chunker) {
        this.source = source;
        this.chunker = chunker;
        log = new JoinedDocumentLog(new ReadDocuments(), new ReadVectors(), space);
    }

    /** Reads all documents that have their vectors. */
    void read() {
        List<DocumentRecord> read = log.poll(Duration.ZERO);
        while (!read.isEmpty()) {
            for (DocumentRecord it : read) {
                String id = DocumentKey.parse(it.key()).orElseThrow().id();
                if (it.value() == null) {
                    indexed.remove(id);
                } else if (!(it.vectors() instanceof Superseded)) {
                    indexed.put(id, it);
                }
            }
            read = log.poll(Duration.ZERO);
        }
    }

    /** Returns the vectors of all documents, by id. */
    Map<String, DocumentVectors> vectors() {
        var vectors = new TreeMap<String, DocumentVectors>();
        indexed.forEach((id, it) -> vectors.put(id, Objects.requireNonNull(it.vectors())));
        return vectors;
    }

    @Override
    public boolean hasIndexed(int partition, long offset) {
        return log.positions().getOrDefault(partition, 0L) >= offset;
    }

    @Override
    public Optional<List<float[]>> vectors(DocumentKey document, List<String> passages) {
        @Nullable DocumentRecord found = indexed.get(document.id());
        if (found == null || found.value() == null) {
            return Optional.empty();
        }
        String text = DocumentCodec.parse(found.value()).text();
        return chunker.chunks(text).stream().map(it -> it.of(text)).toList().equals(passages)
                        && found.vectors() instanceof Embedded(var vectors)
                ? Optional.of(vectors)
                : Optional.empty();
    }

    private final class ReadDocuments implements DocumentLog {
        private boolean isPaused;
        private long next;

        @Override
        public String source() {
            return "documents";
        }

        @Override
        public boolean isReplaced() {
            return false;
        }

        @Override
        public void seek(Map<Integer, Long> offsets) {}

        @Override
        public void pause(Set<Integer> partitions) {
            isPaused = partitions.contains(0);
        }

        @Override
        public List<DocumentRecord> poll(Duration wait) {
            if (isPaused) {
                return List.of();
            }
            List<DocumentRecord> read =
                    source.documents().stream().filter(it -> it.offset() >= next).toList();
            next = source.documentsEnd().getAsLong();
            return read;
        }

        @Override
        public Map<Integer, Long> positions() {
            return Map.of(0, next);
        }

        @Override
        public Map<Integer, Long> ends() {
            return Map.of(0, source.documentsEnd().getAsLong());
        }

        @Override
        public void close() {}
    }

    private final class ReadVectors implements VectorLog {
        private long next;

        @Override
        public String source() {
            return "vectors";
        }

        @Override
        public boolean isReplaced() {
            return false;
        }

        @Override
        public void seek(Map<Integer, Long> offsets) {}

        @Override
        public List<VectorRecord> poll(Set<Integer> partitions, Duration wait) {
            List<VectorRecord> read =
                    source.vectors().stream().filter(it -> it.offset() >= next).toList();
            next = source.vectorsEnd().getAsLong();
            return read;
        }

        @Override
        public Map<Integer, Long> positions() {
            return Map.of(0, next);
        }

        @Override
        public void close() {}
    }
}
