package dev.millrace.retrieval.follow;

import dev.millrace.retrieval.background.ReplacedTopicCheck;
import dev.millrace.retrieval.document.DocumentCodec;
import dev.millrace.retrieval.document.DocumentKey;
import dev.millrace.retrieval.document.DocumentRecord;
import dev.millrace.retrieval.document.StoredDocument;
import dev.millrace.retrieval.embedding.DocumentVectors;
import dev.millrace.retrieval.library.DocumentLibrary;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the records of the topic of documents to the library. A record that is no document is
 * counted and skipped: any program may write to the topic.
 *
 * <p>Belongs to one thread, except for {@link #applied}.
 */
public final class DocumentIndexer {
    /** Longest time between a change and its commit. */
    static final Duration COMMIT_INTERVAL = Duration.ofSeconds(5);

    /**
     * Interval at which the position is written without changes, so that the index does not become
     * too old.
     */
    static final Duration IDLE_INTERVAL = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(DocumentIndexer.class);

    private final DocumentLog log;
    private final DocumentLibrary library;
    private final InstantSource clock;
    private final LongSupplier nanoTicker;
    private final DocumentMetrics metrics;
    private final ReplacedTopicCheck topicCheck;
    private final Map<Integer, Long> next = new HashMap<>();
    private long committedNanos;
    private boolean isChanged;

    /**
     * Time at which the end of the topic was last reached; earlier deletions can be compacted away.
     */
    private Instant endReachedAt;

    private volatile Map<Integer, Long> applied = Map.of();

    /** Creates an indexer that continues at the last commit of the library. */
    public DocumentIndexer(
            DocumentLog log,
            DocumentLibrary library,
            InstantSource clock,
            LongSupplier nanoTicker,
            DocumentMetrics metrics) {
        this.log = log;
        this.library = library;
        this.clock = clock;
        this.nanoTicker = nanoTicker;
        this.metrics = metrics;
        committedNanos = nanoTicker.getAsLong();
        topicCheck = new ReplacedTopicCheck(log::isReplaced, nanoTicker);
        endReachedAt = library.readAt();
        log.seek(library.start());
    }

    /**
     * Reads and applies the next records, and commits if a commit is due.
     *
     * @throws IOException if an index cannot be written, or a topic was created again, so that the
     *     log and the library must be opened again
     */
    public void runOnce(Duration wait) throws IOException {
        topicCheck.runOnce();
        List<DocumentRecord> records = poll(wait);
        for (DocumentRecord it : records) {
            apply(it);
            next.put(it.partition(), it.offset() + 1);
            applied = Map.copyOf(next);
        }
        next.putAll(log.positions());
        applied = Map.copyOf(next);
        isChanged |= !records.isEmpty();
        Duration since = Duration.ofNanos(nanoTicker.getAsLong() - committedNanos);
        boolean isDue = isChanged && (records.isEmpty() || since.compareTo(COMMIT_INTERVAL) >= 0);
        if (isDue || since.compareTo(IDLE_INTERVAL) >= 0) {
            commit();
        }
    }

    private List<DocumentRecord> poll(Duration wait) throws IOException {
        try {
            return log.poll(wait);
        } catch (OffsetOutOfRangeException e) {
            // The topic was truncated, so its remaining documents are unknown.
            library.forget();
            throw e;
        }
    }

    private void apply(DocumentRecord entry) throws IOException {
        if (entry.vectors() instanceof DocumentVectors.Superseded) {
            return;
        }
        Optional<DocumentKey> key = DocumentKey.parse(entry.key());
        if (key.isEmpty()) {
            skip(entry, "the key is not tenant/collection/id");
            return;
        }
        @Nullable StoredDocument document;
        try {
            document = entry.value() == null ? null : DocumentCodec.parse(entry.value());
        } catch (IllegalArgumentException e) {
            skip(entry, String.valueOf(e.getMessage()));
            return;
        }
        Optional<String> problem =
                library.apply(
                        entry.partition(), entry.offset(), key.get(), document, entry.vectors());
        if (problem.isPresent()) {
            skip(entry, problem.get());
        } else {
            metrics.onApplied(document == null);
        }
    }

    private void skip(DocumentRecord entry, String problem) {
        metrics.onInvalid();
        LOG.atWarn()
                .addKeyValue("partition", entry.partition())
                .addKeyValue("offset", entry.offset())
                .addKeyValue("problem", problem)
                .log("Skipped a record of the topic of documents");
    }

    /** Commits the changes since the last commit. */
    public void flush() throws IOException {
        if (isChanged) {
            commit();
        }
    }

    private void commit() throws IOException {
        Instant now = clock.instant();
        if (isAtEnd()) {
            endReachedAt = now;
        }
        library.commit(Map.copyOf(next), endReachedAt);
        isChanged = false;
        committedNanos = nanoTicker.getAsLong();
    }

    private boolean isAtEnd() {
        return log.ends().entrySet().stream()
                .allMatch(it -> next.getOrDefault(it.getKey(), 0L) >= it.getValue());
    }

    /** Returns the offset after the last applied record of each partition. Any thread may call. */
    public Map<Integer, Long> applied() {
        return applied;
    }
}
