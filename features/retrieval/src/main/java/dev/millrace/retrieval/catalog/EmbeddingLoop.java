package dev.millrace.retrieval.catalog;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.retrieval.background.ReplacedTopicCheck;
import dev.millrace.retrieval.catalog.EmbeddingTopics.Result;
import dev.millrace.retrieval.document.DocumentCodec;
import dev.millrace.retrieval.document.DocumentKey;
import dev.millrace.retrieval.document.DocumentRecord;
import dev.millrace.similarity.chunk.Chunker;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Embeds the documents of the partitions of this process, some documents of each partition at a
 * time:
 *
 * <pre>
 * read ── publish jobs, with the committed offset: "awaited" ── results ── write vectors and offset
 *              └────────────── outage: again, only what failed ◄──┘
 * </pre>
 *
 * <p>A document with unchanged passages gets the vectors of its indexed version, and no jobs.
 *
 * <p>Publishing and writing are transactions, so that after a crash at any point, the next process
 * knows the published jobs, and awaits their results. Belongs to one thread. After a failed write,
 * the loop must not be used any more.
 */
public final class EmbeddingLoop {
    /** Number of passages at which a batch takes no further document. */
    static final int BATCH_PASSAGES = 2_000;

    /** No call for a document starts later, so that no tenant stops a partition for long. */
    static final Duration JOB_TIME = Duration.ofHours(1);

    /** Time after which a result without a trace counts as lost; its call cannot start any more. */
    static final Duration LOST_AFTER = JOB_TIME.plusMinutes(30);

    /**
     * Longest wait for the index of this process. After this wait, documents are paid for even if
     * the index has their vectors, so that a broken index does not stop the other processes.
     */
    static final Duration INDEX_WAIT = Duration.ofMinutes(10);

    private static final Duration FIRST_BACKOFF = Duration.ofSeconds(5);
    private static final Duration MAX_BACKOFF = Duration.ofMinutes(5);
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddingLoop.class);

    private final EmbeddingTopics topics;
    private final IndexedVectors indexed;
    private final Settings settings;
    private final EmbeddingMetrics metrics;
    private final DocumentBatch.Names names;
    private final ReplacedTopicCheck topicCheck;

    /** Documents that were read and are in no batch yet. */
    private final Map<Integer, Deque<DocumentRecord>> queues = new HashMap<>();

    private final Map<Integer, DocumentBatch> batches = new HashMap<>();

    /** Jobs published by an earlier process, until their documents are read. */
    private final Map<Integer, PendingProgress> published = new HashMap<>();

    /** Since when a partition waits for the index, in nanoseconds. */
    private final Map<Integer, Long> waiting = new HashMap<>();

    private volatile Optional<String> problem = Optional.empty();

    /**
     * The settings of a loop.
     *
     * @param chunker divides documents as the index does
     */
    public record Settings(
            String model, Chunker chunker, InstantSource clock, LongSupplier nanoTicker) {}

    public EmbeddingLoop(
            EmbeddingTopics topics,
            IndexedVectors indexed,
            Settings settings,
            EmbeddingMetrics metrics) {
        this.topics = topics;
        this.indexed = indexed;
        this.settings = settings;
        this.metrics = metrics;
        names =
                new DocumentBatch.Names(
                        topics.space(), settings.model(), topics.resultPartitions());
        topicCheck = new ReplacedTopicCheck(topics::isReplaced, settings.nanoTicker());
    }

    /**
     * Reads documents, publishes their jobs, reads results and writes vectors.
     *
     * @param wait longest wait for documents
     * @throws IOException if a topic was created again, so that the topics must be opened again,
     *     with another loop: no process uses vectors of the former space
     */
    public void runOnce(Duration wait) throws IOException {
        topicCheck.runOnce();
        topics.poll(wait, busy())
                .forEach(
                        it ->
                                queues.computeIfAbsent(it.partition(), _ -> new ArrayDeque<>())
                                        .add(it));
        topics.takeLost().forEach(this::forget);
        topics.takeAssigned()
                .forEach(it -> it.pending().ifPresent(has -> published.put(it.partition(), has)));
        published.forEach((it, _) -> queues.computeIfAbsent(it, _ -> new ArrayDeque<>()));
        queues.forEach(this::begin);
        readResults();
        List.copyOf(batches.values()).forEach(this::advance);
        problem =
                batches.values().stream()
                        .map(DocumentBatch::problem)
                        .filter(it -> !it.isEmpty())
                        .findFirst();
    }

    /** Returns the partitions from which no more documents should be read now. */
    private Set<Integer> busy() {
        var busy = new HashSet<>(batches.keySet());
        queues.forEach(
                (partition, queue) -> {
                    if (!queue.isEmpty() && !isReadingPublished(partition)) {
                        busy.add(partition);
                    }
                });
        return busy;
    }

    /** Returns true if documents of a batch that an earlier process has published are missing. */
    private boolean isReadingPublished(int partition) {
        @Nullable PendingProgress earlier = published.get(partition);
        return earlier != null && topics.position(partition) < earlier.end();
    }

    private void forget(int partition) {
        queues.remove(partition);
        batches.remove(partition);
        published.remove(partition);
        waiting.remove(partition);
    }

    /** Makes a batch of the next documents of a partition that has none. */
    private void begin(int partition, Deque<DocumentRecord> queue) {
        if (batches.containsKey(partition) || isReadingPublished(partition)) {
            return;
        }
        @Nullable PendingProgress earlier = published.remove(partition);
        if (earlier != null) {
            publishedBatch(partition, queue, earlier)
                    .awaitPublished(settings.nanoTicker().getAsLong());
        } else if (!queue.isEmpty()) {
            boolean isIndexed = indexed.hasIndexed(partition, queue.getFirst().offset());
            if (isIndexed) {
                waiting.remove(partition);
            }
            if (isIndexed || hasWaitedForIndex(partition)) {
                DocumentBatch batch = nextBatch(partition, queue, isIndexed);
                if (!batch.hasEnded()) {
                    publish(batch, 0);
                }
            }
        }
    }

    /** Returns true if the index is not awaited any longer. */
    private boolean hasWaitedForIndex(int partition) {
        long now = settings.nanoTicker().getAsLong();
        return now - waiting.computeIfAbsent(partition, _ -> now) >= INDEX_WAIT.toNanos();
    }

    /**
     * Makes a batch of the next documents of a queue.
     *
     * @param isIndexed whether the index knows the earlier versions of these documents
     */
    private DocumentBatch nextBatch(int partition, Deque<DocumentRecord> queue, boolean isIndexed) {
        long start = queue.getFirst().offset();
        long next = start;
        int passages = 0;
        @Nullable Boolean isReused = null;
        var documents = new ArrayList<EmbeddedDocument>();
        while (!queue.isEmpty() && passages < BATCH_PASSAGES) {
            DocumentRecord first = queue.getFirst();
            Optional<EmbeddedDocument> document = document(first, isIndexed);
            if (document.isPresent() && document.get().jobs() > 0) {
                // A process that recovers a batch cannot know which documents had no jobs.
                if (isReused != null && isReused != document.get().isReused()) {
                    break;
                }
                isReused = document.get().isReused();
                passages += document.get().passages().size();
            }
            document.ifPresent(documents::add);
            queue.removeFirst();
            next = first.offset() + 1;
        }
        long results = Boolean.TRUE.equals(isReused) ? 0 : topics.resultsEnd(partition);
        return batch(partition, start, documents, new PendingProgress(next, 0, results));
    }

    /** Makes the batch that an earlier process has published. */
    private DocumentBatch publishedBatch(
            int partition, Deque<DocumentRecord> queue, PendingProgress earlier) {
        long start = queue.isEmpty() ? earlier.end() : queue.getFirst().offset();
        var documents = new ArrayList<EmbeddedDocument>();
        while (!queue.isEmpty() && queue.getFirst().offset() < earlier.end()) {
            document(queue.removeFirst(), false).ifPresent(documents::add);
        }
        return batch(partition, start, documents, earlier);
    }

    private DocumentBatch batch(
            int partition, long start, List<EmbeddedDocument> taken, PendingProgress progress) {
        var documents = new LinkedHashMap<String, EmbeddedDocument>();
        // The last version of a document is enough.
        taken.forEach(it -> documents.put(new String(it.key(), ISO_8859_1), it));
        var batch =
                new DocumentBatch(
                        partition,
                        start,
                        documents.values().stream()
                                .sorted(Comparator.comparingLong(EmbeddedDocument::offset))
                                .toList(),
                        progress,
                        names);
        batch.documents().stream()
                .filter(it -> !it.hasEnded() && !topics.accepts(it.tenant()))
                .forEach(batch::refuse);
        batches.put(partition, batch);
        return batch;
    }

    /** Reads a document and divides it into passages; empty if the record is none. */
    private Optional<EmbeddedDocument> document(DocumentRecord entry, boolean isIndexed) {
        Optional<DocumentKey> key = DocumentKey.parse(entry.key());
        if (key.isEmpty() || entry.key() == null) {
            return Optional.empty();
        }
        List<String> passages = List.of();
        if (entry.value() != null) {
            try {
                String text = DocumentCodec.parse(entry.value()).text();
                passages = settings.chunker().chunks(text).stream().map(it -> it.of(text)).toList();
            } catch (IllegalArgumentException _) {
                return Optional.empty();
            }
        }
        var document =
                new EmbeddedDocument(
                        entry.key(), entry.offset(), key.get().in().tenant(), passages);
        if (isIndexed && !passages.isEmpty()) {
            indexed.vectors(key.get(), passages).ifPresent(document::reuse);
        }
        return Optional.of(document);
    }

    private void publish(DocumentBatch batch, int attempt) {
        List<EmbeddingRequest> requests =
                batch.requests(
                        attempt,
                        settings.clock().instant().plus(JOB_TIME),
                        settings.nanoTicker().getAsLong());
        topics.publish(batch.partition(), batch.start(), batch.progress(), requests);
        metrics.onPublished(requests.size());
    }

    private void readResults() {
        Map<Integer, Long> starts =
                batches.values().stream()
                        .filter(it -> !it.hasEnded())
                        .collect(
                                Collectors.toMap(
                                        DocumentBatch::partition, it -> it.progress().results()));
        for (Result it : topics.results(starts)) {
            batches.values().forEach(batch -> batch.onResult(it));
        }
    }

    private void advance(DocumentBatch batch) {
        if (batch.hasEnded()) {
            finish(batch);
            return;
        }
        long waited = batch.waitedNanos(settings.nanoTicker().getAsLong());
        long wait =
                batch.isRunning()
                        ? LOST_AFTER.toNanos()
                        : backoff(batch.progress().attempt()).toNanos();
        if (waited >= wait) {
            publish(batch, batch.progress().attempt() + 1);
        }
    }

    /** Returns the time between two attempts of jobs that failed for a temporary reason. */
    static Duration backoff(int attempt) {
        Duration wait = FIRST_BACKOFF.multipliedBy(1L << Math.min(attempt, 10));
        return wait.compareTo(MAX_BACKOFF) < 0 ? wait : MAX_BACKOFF;
    }

    private void finish(DocumentBatch batch) {
        topics.finish(
                batch.partition(), batch.progress().end(), batch.records(topics.maxRecordBytes()));
        for (EmbeddedDocument it : batch.documents()) {
            it.failure().ifPresent(failure -> log(it, failure));
            if (it.jobs() > 0) {
                metrics.onDocument(it);
            }
        }
        batches.remove(batch.partition());
    }

    private static void log(EmbeddedDocument document, EmbeddingAnswer.Failed failure) {
        LOG.atWarn()
                .addKeyValue("document", new String(document.key(), UTF_8))
                .addKeyValue("code", failure.code())
                .addKeyValue("problem", failure.message())
                .log("A document gets no embeddings; it is found by its words only");
    }

    /** Returns true if no jobs run, and no documents wait for the index. */
    boolean isIdle() {
        return batches.isEmpty()
                && published.isEmpty()
                && queues.values().stream().allMatch(Deque::isEmpty);
    }

    /** Returns why embeddings are not computed now; empty if they are. Any thread may call. */
    public Optional<String> problem() {
        return problem;
    }
}
