package dev.millrace.router.semantic;

import dev.millrace.router.cache.store.AnswerInfo;
import dev.millrace.router.cache.store.CacheTotals;
import dev.millrace.router.entry.EntryKey;
import dev.millrace.router.entry.EntryRange;
import dev.millrace.router.entry.EntryScan;
import dev.millrace.similarity.index.SimilarityIndex;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The questions of a task, each with three entries: its information, its embedding by namespace,
 * and its last use. An unreadable question counts as missing: it is only called again.
 */
final class QuestionStore {
    private static final byte EMBEDDING_VERSION = 1;
    private static final String AFTER_ALL_KEYS = "ff".repeat(33);

    private final KeyValueStore<Bytes, byte[]> entries;
    private final CacheTotals totals;

    /** Start of the search for the least recently used question; skips deleted entries. */
    private Bytes oldest = EntryKey.first(QuestionKind.LAST_USE);

    private final EntryScan all;

    QuestionStore(KeyValueStore<Bytes, byte[]> entries, CacheTotals totals) {
        this.entries = entries;
        this.totals = totals;
        all = new EntryScan(entries, QuestionKind.QUESTION);
    }

    Optional<QuestionInfo> find(String cacheKey) {
        return read(entries.get(key(cacheKey)));
    }

    private static Optional<QuestionInfo> read(byte @Nullable [] entry) {
        if (entry == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(QuestionInfo.decode(entry));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    /** Stores a question, or replaces an earlier one with its cache key. */
    void put(String cacheKey, QuestionInfo question, float[] embedding) {
        if (entries.get(key(cacheKey)) == null) {
            totals.onQuestions(1);
        }
        find(cacheKey).ifPresent(earlier -> entries.delete(useKey(cacheKey, earlier)));
        putInfo(cacheKey, question);
        var bytes = ByteBuffer.allocate(1 + embedding.length * Float.BYTES).put(EMBEDDING_VERSION);
        bytes.asFloatBuffer().put(embedding);
        entries.put(embeddingKey(question.namespace(), cacheKey), bytes.array());
    }

    private void putInfo(String cacheKey, QuestionInfo question) {
        Bytes use = useKey(cacheKey, question);
        if (use.compareTo(oldest) < 0) {
            oldest = use;
        }
        entries.put(use, new byte[0]);
        entries.put(key(cacheKey), question.encode());
    }

    /** Remembers that the answer to a question is used; known to the minute only. */
    void use(String cacheKey, QuestionInfo question, long nowMillis) {
        long minute = AnswerInfo.minute(nowMillis);
        if (minute > question.lastUseMinute()) {
            entries.delete(useKey(cacheKey, question));
            putInfo(cacheKey, question.usedAt(minute));
        }
    }

    /** Clears the comparison that is planned for a question's answer. */
    void setVerified(String cacheKey, QuestionInfo question) {
        putInfo(cacheKey, question.verified());
    }

    /**
     * Removes a question.
     *
     * @param namespace its namespace, for its embedding
     */
    void remove(String namespace, String cacheKey) {
        find(cacheKey).ifPresent(question -> entries.delete(useKey(cacheKey, question)));
        entries.delete(embeddingKey(namespace, cacheKey));
        if (entries.delete(key(cacheKey)) != null) {
            totals.onQuestions(-1);
        }
    }

    /**
     * Removes a question whose entry cannot be read. The next search removes its embedding, and
     * {@link #leastRecentlyUsed} the entry of its last use, whose key is unknown here.
     */
    void removeUnreadable(String cacheKey) {
        if (entries.delete(key(cacheKey)) != null) {
            totals.onQuestions(-1);
        }
    }

    /** Reads the embeddings of a namespace, with the cache keys of their questions. */
    void readEmbeddings(String namespace, BiConsumer<String, float[]> reader) {
        Bytes from = EntryKey.of(QuestionKind.EMBEDDING, namespace);
        Bytes to = EntryKey.of(QuestionKind.EMBEDDING, namespace + AFTER_ALL_KEYS);
        try (KeyValueIterator<Bytes, byte[]> found = entries.range(from, to)) {
            while (found.hasNext()) {
                KeyValue<Bytes, byte[]> entry = found.next();
                float[] embedding = embedding(entry.value);
                if (embedding != null) {
                    String both = EntryKey.hex(entry.key);
                    reader.accept(both.substring(namespace.length()), embedding);
                }
            }
        }
    }

    /** Returns an embedding; null if this version does not understand the entry. */
    private static float @Nullable [] embedding(byte[] entry) {
        if (entry.length == 0 || entry[0] != EMBEDDING_VERSION) {
            return null;
        }
        var numbers = ByteBuffer.wrap(entry, 1, entry.length - 1).slice().asFloatBuffer();
        float[] embedding = new float[numbers.remaining()];
        numbers.get(embedding);
        return SimilarityIndex.accepts(embedding) ? embedding : null;
    }

    /**
     * Returns the cache key of the least recently used question; empty without any. Deletes older
     * entries that are not of the last use of a question.
     */
    Optional<String> leastRecentlyUsed() {
        while (true) {
            var found = EntryRange.read(entries, oldest, EntryKey.last(QuestionKind.LAST_USE), 1);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            oldest = found.getFirst().key;
            String cacheKey = EntryKey.hashAfterNumber(oldest);
            if (find(cacheKey).filter(it -> useKey(cacheKey, it).equals(oldest)).isPresent()) {
                return Optional.of(cacheKey);
            }
            entries.delete(oldest);
        }
    }

    /**
     * Returns the cache keys of the next questions; after the last questions, restarts with the
     * first ones.
     */
    List<String> page() {
        return all.pageInTurn().stream().map(it -> EntryKey.hash(it.key)).toList();
    }

    private static Bytes key(String cacheKey) {
        return EntryKey.of(QuestionKind.QUESTION, cacheKey);
    }

    private static Bytes embeddingKey(String namespace, String cacheKey) {
        return EntryKey.of(QuestionKind.EMBEDDING, namespace + cacheKey);
    }

    private static Bytes useKey(String cacheKey, QuestionInfo question) {
        return EntryKey.of(QuestionKind.LAST_USE, question.lastUseMinute(), cacheKey);
    }
}
