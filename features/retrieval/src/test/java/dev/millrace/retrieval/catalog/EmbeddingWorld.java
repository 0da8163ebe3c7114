package dev.millrace.retrieval.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.retrieval.document.DocumentCodec;
import dev.millrace.retrieval.document.DocumentKey;
import dev.millrace.retrieval.document.DocumentKey.CollectionId;
import dev.millrace.retrieval.document.DocumentRecord;
import dev.millrace.retrieval.document.StoredDocument;
import dev.millrace.retrieval.embedding.DocumentVectors;
import dev.millrace.retrieval.vector.VectorCodec;
import dev.millrace.retrieval.vector.VectorEntry.Progress;
import dev.millrace.retrieval.vector.VectorRecord;
import dev.millrace.retrieval.vector.VectorSpace;
import dev.millrace.similarity.chunk.ChunkSizes;
import dev.millrace.similarity.chunk.Chunker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * One partition of documents, and the processes that embed them. Committed state survives {@link
 * #crash}.
 */
final class EmbeddingWorld {
    static final VectorSpace SPACE = new VectorSpace("0123456789abcdef");

    /** Where a transaction fails. */
    enum Fault {
        NONE,
        /** Nothing is written. */
        BEFORE_COMMIT,
        /** All is written, but the process does not get to know. */
        AFTER_COMMIT,
        /** The planted fault: jobs are written, but not their mark as awaited. */
        PROGRESS_LOST
    }

    private static final CollectionId SHOP = new CollectionId("acme", "shop");
    private static final int WORDS_OF_A_PASSAGE = 16;
    private static final int MAX_RECORD_BYTES = 300;
    private static final Chunker CHUNKER =
            new Chunker(
                    new ChunkSizes(WORDS_OF_A_PASSAGE, 0),
                    text -> text.trim().split("\\s+").length);

    final PaidJobs jobs = new PaidJobs();
    final List<DocumentRecord> documents = new ArrayList<>();
    private final List<VectorRecord> vectors = new ArrayList<>();
    private long nextDocument;
    private long nextVectors;
    private @Nullable Long committed;
    private String metadata = "";
    private long nanos;

    /** The space of a process that opens the topics now. */
    private VectorSpace space = SPACE;

    Fault fault = Fault.NONE;
    boolean acceptsTenants = true;

    /** False while the index of the process reads nothing. */
    boolean isIndexing = true;

    /** The planted fault: the loop does not wait for the index. */
    boolean trustsLateIndex;

    private DocumentChanges changes = new DocumentChanges();
    private int paidAgain;
    private EmbeddingIndex index = index();
    private Embedder process = new Embedder();
    private EmbeddingLoop loop = start();

    private EmbeddingLoop start() {
        return new EmbeddingLoop(
                process,
                new IndexedVectors() {
                    @Override
                    public boolean hasIndexed(int partition, long offset) {
                        return trustsLateIndex || index.hasIndexed(partition, offset);
                    }

                    @Override
                    public Optional<List<float[]>> vectors(
                            DocumentKey document, List<String> passages) {
                        return index.vectors(document, passages);
                    }
                },
                new EmbeddingLoop.Settings("embedder", CHUNKER, () -> Instant.EPOCH, () -> nanos),
                new EmbeddingMetrics(new SimpleMeterRegistry()));
    }

    /** Replaces the process by another one. */
    void crash() {
        process = new Embedder();
        loop = start();
    }

    /** Runs one turn; a failed write replaces the process. */
    void turn() {
        nanos += Duration.ofSeconds(1).toNanos();
        if (isIndexing) {
            index.read();
        }
        try {
            loop.runOnce(Duration.ZERO);
        } catch (KafkaException | IOException _) {
            crash();
        }
    }

    /**
     * Replaces the topic of documents by an empty one. The index of the process notices the change
     * at once; the process that embeds documents keeps its offset.
     */
    void recreateDocuments() {
        documents.clear();
        nextDocument = 0;
        changes = new DocumentChanges();
        space = new VectorSpace("fedcba9876543210");
        forgetGroup();
        index = index();
    }

    void pass(Duration time) {
        nanos += time.toNanos();
    }

    Optional<String> problem() {
        return loop.problem();
    }

    /** Adds or replaces a document. */
    void put(String id, int passages) {
        put(id, passages, 0, "title");
    }

    /**
     * Adds or replaces a document.
     *
     * @param version another number gives another text
     */
    void put(String id, int passages, int version, String title) {
        String text =
                IntStream.range(0, passages)
                        .mapToObj("v%dp%%d ".formatted(version)::formatted)
                        .map(it -> it.repeat(WORDS_OF_A_PASSAGE * 3 / 4).trim())
                        .collect(Collectors.joining("\n\n"));
        add(id, DocumentCodec.toJson(new StoredDocument(title, null, Map.of(), text)));
    }

    void delete(String id) {
        add(id, null);
    }

    private void add(String id, byte @Nullable [] value) {
        var added = new DocumentRecord(0, nextDocument, new DocumentKey(SHOP, id).bytes(), value);
        documents.add(added);
        changes.add(added);
        nextDocument++;
    }

    /**
     * Returns the number of jobs for documents with vectors already paid for an earlier version.
     */
    int paidAgain() {
        return paidAgain;
    }

    /** Returns true if no document waits; the last ones may have been compacted away. */
    boolean isDone() {
        long next = committed == null ? 0 : committed;
        return metadata.isEmpty() && documents.stream().noneMatch(it -> it.offset() >= next);
    }

    /** Removes the records that compaction can remove. */
    void compact() {
        var lastDocument = new HashMap<String, Long>();
        documents.forEach(it -> lastDocument.put(text(it.key()), it.offset()));
        List<DocumentRecord> removed =
                documents.stream()
                        .filter(
                                it ->
                                        it.value() == null
                                                || lastDocument.getOrDefault(text(it.key()), -1L)
                                                        != it.offset())
                        .toList();
        documents.removeAll(removed);
        // The index never learns the records that it has not read yet.
        removed.stream()
                .filter(it -> !index.hasIndexed(0, it.offset() + 1))
                .forEach(it -> changes.forget(it.offset()));
        var lastVectors = new HashMap<String, Long>();
        vectors.forEach(it -> lastVectors.put(text(it.key()), it.offset()));
        vectors.removeIf(
                it ->
                        it.value() == null
                                || lastVectors.getOrDefault(text(it.key()), -1L) != it.offset());
    }

    private static String text(byte @Nullable [] key) {
        return key == null ? "" : new String(key, UTF_8);
    }

    /** Lets the cluster forget the progress of the group, as it does after a week. */
    void forgetGroup() {
        committed = null;
        metadata = "";
    }

    /**
     * Returns the vectors, by document, that a process finds when it reads both topics from their
     * beginning.
     */
    Map<String, DocumentVectors> joined() {
        EmbeddingIndex fresh = index();
        fresh.read();
        if (!fresh.hasIndexed(0, nextDocument)) {
            throw new AssertionError("a document waits for its vectors");
        }
        return fresh.vectors();
    }

    private EmbeddingIndex index() {
        return new EmbeddingIndex(
                new EmbeddingIndex.Source(
                        documents, vectors, () -> nextDocument, () -> nextVectors),
                space,
                CHUNKER);
    }

    /** Replaces the index of the process by one that reads both topics again. */
    void loseIndex() {
        index = index();
        crash();
    }

    /** A process's use of the topics. */
    private final class Embedder implements EmbeddingTopics {
        private final VectorSpace opened = space;
        private long position;
        private int readResults = -1;
        private List<Assigned> assigned;

        Embedder() {
            position = committed == null ? afterVectors() : committed;
            assigned = List.of(new Assigned(0, PendingProgress.parse(metadata)));
        }

        private long afterVectors() {
            return vectors.stream()
                    .flatMap(it -> VectorCodec.parse(opened, it.key(), it.value()).stream())
                    .filter(Progress.class::isInstance)
                    .mapToLong(it -> it.document() + 1)
                    .max()
                    .orElse(0);
        }

        @Override
        public VectorSpace space() {
            return opened;
        }

        @Override
        public boolean isReplaced() {
            return !opened.equals(space);
        }

        @Override
        public List<DocumentRecord> poll(Duration wait, Set<Integer> paused) {
            if (paused.contains(0)) {
                return List.of();
            }
            List<DocumentRecord> polled =
                    documents.stream().filter(it -> it.offset() >= position).limit(2).toList();
            position = polled.size() < 2 ? nextDocument : polled.getLast().offset() + 1;
            return polled;
        }

        @Override
        public long position(int partition) {
            return position;
        }

        @Override
        public List<Assigned> takeAssigned() {
            List<Assigned> taken = assigned;
            assigned = List.of();
            return taken;
        }

        @Override
        public Set<Integer> takeLost() {
            return Set.of();
        }

        @Override
        public int resultPartitions() {
            return 4;
        }

        @Override
        public long resultsEnd(int partition) {
            return jobs.results().size();
        }

        @Override
        public List<Result> results(Map<Integer, Long> starts) {
            @Nullable Long start = starts.get(0);
            if (start == null) {
                readResults = -1;
                return List.of();
            }
            int from = readResults < 0 ? start.intValue() : readResults;
            readResults = jobs.results().size();
            return List.copyOf(jobs.results().subList(from, readResults));
        }

        @Override
        public void publish(
                int partition,
                long offset,
                PendingProgress pending,
                List<EmbeddingRequest> published) {
            Fault now = takeFault();
            paidAgain +=
                    (int)
                            published.stream()
                                    .filter(
                                            it ->
                                                    changes.hasVectors(
                                                            PaidJobs.documentOf(it), vectors))
                                    .count();
            jobs.unanswered.addAll(published);
            if (now != Fault.PROGRESS_LOST) {
                commit(offset, pending.text());
            }
            crashIf(now);
        }

        @Override
        public void finish(int partition, long next, List<Stored> written) {
            Fault now = takeFault();
            for (Stored it : written) {
                write(
                        VectorCodec.key(opened, it.number(), it.document()),
                        it.entry() == null ? null : VectorCodec.bytes(it.entry()));
            }
            write(VectorCodec.progressKey(opened), VectorCodec.bytes(new Progress(next - 1)));
            commit(next, "");
            crashIf(now);
        }

        /** Each space has a group; only the offset of the current one is kept. */
        private void commit(long offset, String pending) {
            if (!isReplaced()) {
                committed = offset;
                metadata = pending;
            }
        }

        private void write(byte[] key, byte @Nullable [] value) {
            vectors.add(new VectorRecord(0, nextVectors, key, value));
            nextVectors++;
        }

        private Fault takeFault() {
            Fault now = fault;
            fault = Fault.NONE;
            if (now == Fault.BEFORE_COMMIT) {
                throw new KafkaException("not written");
            }
            return now;
        }

        private void crashIf(Fault now) {
            if (now != Fault.NONE) {
                throw new KafkaException("unknown");
            }
        }

        @Override
        public int maxRecordBytes() {
            return MAX_RECORD_BYTES;
        }

        @Override
        public boolean accepts(String tenant) {
            return acceptsTenants;
        }

        @Override
        public void close() {}
    }
}
