package dev.millrace.retrieval.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.retrieval.document.DocumentCodec;
import dev.millrace.retrieval.document.DocumentKey;
import dev.millrace.retrieval.document.DocumentKey.CollectionId;
import dev.millrace.retrieval.document.DocumentRecord;
import dev.millrace.retrieval.document.StoredDocument;
import dev.millrace.retrieval.embedding.DocumentVectors;
import dev.millrace.retrieval.embedding.DocumentVectors.Superseded;
import dev.millrace.retrieval.follow.DocumentLog;
import dev.millrace.retrieval.vector.JoinedDocumentLog;
import dev.millrace.retrieval.vector.VectorCodec;
import dev.millrace.retrieval.vector.VectorEntry.Progress;
import dev.millrace.retrieval.vector.VectorLog;
import dev.millrace.retrieval.vector.VectorRecord;
import dev.millrace.retrieval.vector.VectorSpace;
import dev.millrace.semantic.chunk.ChunkSizes;
import dev.millrace.semantic.chunk.Chunker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * One partition of documents, the pipeline that answers its jobs, and the processes that embed the
 * documents. Committed state survives {@link #crash}.
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
        /** The planted fault: jobs are written, and that they are awaited is not. */
        PROGRESS_LOST
    }

    private static final CollectionId SHOP = new CollectionId("acme", "shop");
    private static final int WORDS_OF_A_PASSAGE = 16;
    private static final int MAX_RECORD_BYTES = 300;
    private static final Pattern NAME = Pattern.compile("\"documents-\\w+-0-(\\d+)-(\\d+)-\\d+-");

    final List<EmbeddingRequest> unanswered = new ArrayList<>();
    final List<DocumentRecord> documents = new ArrayList<>();
    private final List<VectorRecord> vectors = new ArrayList<>();
    private final List<EmbeddingTopics.Result> results = new ArrayList<>();
    private final Map<String, Integer> paid = new HashMap<>();
    private long nextDocument;
    private long nextVectors;
    private @Nullable Long committed;
    private String metadata = "";
    private long nanos;
    Fault fault = Fault.NONE;
    boolean acceptsTenants = true;
    private Embedder process = new Embedder();
    private EmbeddingLoop loop = start();

    private EmbeddingLoop start() {
        return new EmbeddingLoop(
                process,
                new EmbeddingLoop.Settings(
                        SPACE,
                        "embedder",
                        new Chunker(
                                new ChunkSizes(WORDS_OF_A_PASSAGE, 0),
                                text -> text.trim().split("\\s+").length),
                        () -> Instant.EPOCH,
                        () -> nanos),
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
        try {
            loop.runOnce(Duration.ZERO);
        } catch (KafkaException _) {
            crash();
        }
    }

    void pass(Duration time) {
        nanos += time.toNanos();
    }

    Optional<String> problem() {
        return loop.problem();
    }

    /** Adds or replaces a document. */
    void put(String id, int passages) {
        String paragraph = "word ".repeat(WORDS_OF_A_PASSAGE * 3 / 4).trim();
        String text = String.join("\n\n", Collections.nCopies(passages, paragraph));
        add(id, DocumentCodec.toJson(new StoredDocument(null, null, Map.of(), text)));
    }

    void delete(String id) {
        add(id, null);
    }

    private void add(String id, byte @Nullable [] value) {
        documents.add(
                new DocumentRecord(0, nextDocument, new DocumentKey(SHOP, id).bytes(), value));
        nextDocument++;
    }

    /** Ends a job that waits. */
    void succeed(int index) {
        EmbeddingRequest request = unanswered.remove(index);
        Matcher name = NAME.matcher(new String(request.line(), UTF_8));
        if (!name.find()) {
            throw new AssertionError("no name: " + new String(request.line(), UTF_8));
        }
        paid.merge(name.group(1) + '-' + name.group(2), 1, Integer::sum);
        String data =
                IntStream.range(0, request.texts())
                        .mapToObj("{\"index\":%d,\"embedding\":[3,4]}"::formatted)
                        .collect(Collectors.joining(","));
        end(request, "{\"response\":{\"body\":{\"data\":[" + data + "]}},\"millrace\":{}}");
    }

    /** Ends a job that waits with an error. */
    void fail(int index, String code) {
        end(
                unanswered.remove(index),
                "{\"response\":null,\"error\":{\"message\":\"no\"},\"millrace\":{\"error_code\":\"%s\"}}"
                        .formatted(code));
    }

    private void end(EmbeddingRequest request, String result) {
        results.add(new EmbeddingTopics.Result(request.job().value(), result.getBytes(UTF_8)));
    }

    /** Returns the most often that the same passages of a document were paid for. */
    int mostPaid() {
        return paid.values().stream().mapToInt(it -> it).max().orElse(0);
    }

    int paidJobs() {
        return paid.values().stream().mapToInt(it -> it).sum();
    }

    /** Returns true if no document waits; the last ones may have been compacted away. */
    boolean isDone() {
        long next = committed == null ? 0 : committed;
        return metadata.isEmpty() && documents.stream().noneMatch(it -> it.offset() >= next);
    }

    /** Removes what a compacted topic may remove. */
    void compact() {
        var lastDocument = new HashMap<String, Long>();
        documents.forEach(it -> lastDocument.put(text(it.key()), it.offset()));
        documents.removeIf(
                it ->
                        it.value() == null
                                || lastDocument.getOrDefault(text(it.key()), -1L) != it.offset());
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

    /** Returns what a process finds that reads both topics from their beginning, by document. */
    Map<String, DocumentVectors> joined() {
        var found = new TreeMap<String, DocumentVectors>();
        try (var log = new JoinedDocumentLog(new ReadDocuments(), new ReadVectors(), SPACE)) {
            log.seek(Map.of());
            List<DocumentRecord> read = log.poll(Duration.ZERO);
            while (!read.isEmpty()) {
                for (DocumentRecord it : read) {
                    String id = DocumentKey.parse(it.key()).orElseThrow().id();
                    if (it.value() == null) {
                        found.remove(id);
                    } else if (it.vectors() != null && !(it.vectors() instanceof Superseded)) {
                        found.put(id, it.vectors());
                    }
                }
                read = log.poll(Duration.ZERO);
            }
            if (log.positions().getOrDefault(0, 0L) != nextDocument) {
                throw new AssertionError("a document waits for its vectors");
            }
        }
        return found;
    }

    private final class ReadDocuments implements DocumentLog {
        private boolean isPaused;
        private boolean isRead;

        @Override
        public String source() {
            return "documents";
        }

        @Override
        public void seek(Map<Integer, Long> offsets) {}

        @Override
        public void pause(Set<Integer> partitions) {
            isPaused = partitions.contains(0);
        }

        @Override
        public List<DocumentRecord> poll(Duration wait) {
            boolean isEmpty = isPaused || isRead;
            isRead |= !isPaused;
            return isEmpty ? List.of() : List.copyOf(documents);
        }

        @Override
        public Map<Integer, Long> positions() {
            return Map.of(0, nextDocument);
        }

        @Override
        public Map<Integer, Long> ends() {
            return positions();
        }

        @Override
        public void close() {}
    }

    /** Returns one record at a time, so that documents wait for their vectors. */
    private final class ReadVectors implements VectorLog {
        private int next;

        @Override
        public String source() {
            return "vectors";
        }

        @Override
        public void seek(Map<Integer, Long> offsets) {}

        @Override
        public List<VectorRecord> poll(Set<Integer> partitions, Duration wait) {
            int start = next;
            next = vectors.size();
            return List.copyOf(vectors.subList(start, next));
        }

        @Override
        public Map<Integer, Long> positions() {
            return Map.of(0, nextVectors);
        }

        @Override
        public void close() {}
    }

    /** What a process does with the topics. */
    private final class Embedder implements EmbeddingTopics {
        private long position;
        private int readResults = -1;
        private List<Assigned> assigned;

        Embedder() {
            position = committed == null ? afterVectors() : committed;
            assigned = List.of(new Assigned(0, PendingProgress.parse(metadata)));
        }

        private long afterVectors() {
            return vectors.stream()
                    .flatMap(it -> VectorCodec.parse(SPACE, it.key(), it.value()).stream())
                    .filter(Progress.class::isInstance)
                    .mapToLong(it -> it.document() + 1)
                    .max()
                    .orElse(0);
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
            return results.size();
        }

        @Override
        public List<Result> results(Map<Integer, Long> starts) {
            @Nullable Long start = starts.get(0);
            if (start == null) {
                readResults = -1;
                return List.of();
            }
            int from = readResults < 0 ? start.intValue() : readResults;
            readResults = results.size();
            return List.copyOf(results.subList(from, readResults));
        }

        @Override
        public void publish(
                int partition, long offset, PendingProgress pending, List<EmbeddingRequest> jobs) {
            Fault now = takeFault();
            unanswered.addAll(jobs);
            if (now != Fault.PROGRESS_LOST) {
                committed = offset;
                metadata = pending.text();
            }
            crashIf(now);
        }

        @Override
        public void finish(int partition, long next, List<Stored> written) {
            Fault now = takeFault();
            for (Stored it : written) {
                write(
                        VectorCodec.key(SPACE, it.number(), it.document()),
                        it.entry() == null ? null : VectorCodec.bytes(it.entry()));
            }
            write(VectorCodec.progressKey(SPACE), VectorCodec.bytes(new Progress(next - 1)));
            committed = next;
            metadata = "";
            crashIf(now);
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
