package dev.millrace.retrieval.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.retrieval.document.DocumentKey;
import dev.millrace.retrieval.document.DocumentKey.CollectionId;
import dev.millrace.retrieval.document.StoredDocument;
import dev.millrace.retrieval.index.WordEmbedder;
import dev.millrace.retrieval.library.DocumentLibrary;
import dev.millrace.retrieval.library.OpenCollection;
import dev.millrace.similarity.chunk.ChunkSizes;
import dev.millrace.similarity.chunk.Chunker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * One partition of jobs, a topic of documents, and the processes that read both. Committed state
 * survives {@link #crash}.
 */
final class RetrievalWorld implements AutoCloseable {
    /** Where a transaction fails. */
    enum Fault {
        NONE,
        /** Nothing is written. */
        BEFORE_COMMIT,
        /** All is written, but the process does not get to know. */
        AFTER_COMMIT,
        /** The planted fault: the jobs are written, and the progress is not. */
        PROGRESS_LOST
    }

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final RetrievalMetrics metrics = new RetrievalMetrics(meters);
    private final List<LookupJob> topic = new ArrayList<>();
    final List<RetrievedJob> retrieved = new ArrayList<>();
    private final Path folder;
    private DocumentLibrary library;
    private long published;
    private long indexed;
    private int committed;
    Fault fault = Fault.NONE;
    boolean areDocumentsIndexed = true;
    private JobReader reader = new JobReader();
    RetrievalLoop loop = start();

    RetrievalWorld(Path folder) {
        this.folder = folder;
        library = open(folder);
    }

    private static DocumentLibrary open(Path folder) {
        var embedder = new WordEmbedder("words");
        try {
            return DocumentLibrary.open(
                    folder,
                    "topic",
                    new Chunker(new ChunkSizes(64, 8), embedder::tokens),
                    embedder,
                    Instant.EPOCH,
                    Duration.ofDays(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens the documents again, as after a failure of the indexing. */
    void reopenDocuments() {
        closeDocuments();
        openDocuments();
    }

    void openDocuments() {
        library = open(folder);
    }

    void closeDocuments() {
        try {
            library.commit(Map.of(0, published), Instant.EPOCH);
            library.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private RetrievalLoop start() {
        var documents = new IndexedSoFar();
        return new RetrievalLoop(
                reader,
                documents,
                new PassageFinder(documents, 10_000, System::nanoTime, metrics),
                Optional.empty(),
                metrics);
    }

    /** Replaces the process by another one, which begins at the committed progress. */
    void crash() {
        reader = new JobReader();
        loop = start();
    }

    /** Runs one turn; a failed write replaces the process. */
    void turn() {
        try {
            loop.runOnce(Duration.ZERO);
        } catch (KafkaException | IOException e) {
            crash();
        }
    }

    void add(String tenant, String collection, String id, String text) {
        put(tenant, collection, id, new StoredDocument(id, null, Map.of(), text));
    }

    void delete(String tenant, String collection, String id) {
        put(tenant, collection, id, null);
    }

    private void put(
            String tenant, String collection, String id, @Nullable StoredDocument document) {
        try {
            library.apply(
                    0,
                    published,
                    new DocumentKey(new CollectionId(tenant, collection), id),
                    document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        published++;
        if (areDocumentsIndexed) {
            indexed = published;
        }
    }

    void indexAll() {
        areDocumentsIndexed = true;
        indexed = published;
    }

    void ask(String tenant, String customId, String question, String retrieval) {
        var headers = new RecordHeaders();
        MillraceHeaders.put(headers, MillraceHeaders.TENANT, tenant);
        String line =
                """
                {"custom_id":"%s","url":"/v1/chat/completions","body":{"model":"m","messages":[{"role":"user","content":"%s"}]},"millrace":{"retrieval":%s}}"""
                        .formatted(customId, question, retrieval);
        topic.add(
                new LookupJob(
                        0,
                        topic.size(),
                        0,
                        customId.getBytes(UTF_8),
                        line.getBytes(UTF_8),
                        headers));
    }

    /** Moves the partition to another process, and back to this one. */
    void rebalance() {
        reader.lost.add(0);
        reader.position = committed;
    }

    boolean isDone() {
        return committed == topic.size();
    }

    @Override
    public void close() {
        try {
            library.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class IndexedSoFar implements Documents {
        @Override
        public Map<Integer, Long> ends() {
            return Map.of(0, published);
        }

        @Override
        public boolean hasIndexed(Map<Integer, Long> ends) {
            return indexed >= ends.getOrDefault(0, 0L);
        }

        @Override
        public Optional<OpenCollection> find(CollectionId id) {
            return library.find(id);
        }
    }

    /** A process that reads and writes jobs. */
    private final class JobReader implements LookupJobs {
        private final Set<Integer> lost = new HashSet<>();
        private int position = committed;

        @Override
        public List<LookupJob> poll(Duration wait, boolean wantsJobs) {
            if (!wantsJobs) {
                return List.of();
            }
            var polled = topic.subList(position, Math.min(topic.size(), position + 3));
            position += polled.size();
            return List.copyOf(polled);
        }

        @Override
        public Set<Integer> takeLostPartitions() {
            Set<Integer> taken = Set.copyOf(lost);
            lost.clear();
            return taken;
        }

        @Override
        public void write(List<RetrievedJob> jobs) {
            Fault now = fault;
            fault = Fault.NONE;
            if (now == Fault.BEFORE_COMMIT) {
                throw new KafkaException("not written");
            }
            retrieved.addAll(jobs);
            if (now != Fault.PROGRESS_LOST) {
                committed = (int) jobs.getLast().job().offset() + 1;
            }
            if (now != Fault.NONE) {
                throw new KafkaException("unknown");
            }
        }

        @Override
        public void close() {}
    }
}
