package dev.millrace.router.cache.store;

import dev.millrace.router.entry.EntryKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Lists the cached answers of a partition, from the changelog of the store {@link CacheStore#NAME}.
 * Needs no router. Used by one thread.
 */
public final class CachedAnswersView {
    private static final int KEY_BYTES = 33;

    private final Map<Bytes, byte[]> answers = new HashMap<>();
    private final Map<Bytes, byte[]> questions = new HashMap<>();

    /**
     * A cached answer.
     *
     * @param question its question, if similar questions can get the answer; otherwise null
     */
    public record CachedAnswer(String cacheKey, AnswerInfo info, @Nullable QuestionInfo question) {}

    /**
     * Applies a changelog record; they must arrive in order.
     *
     * @param value null where an entry was deleted
     */
    public void onRecord(byte[] key, byte @Nullable [] value) {
        if (key.length != KEY_BYTES) {
            return;
        }
        if (key[0] == CacheKind.ANSWER_INFO.code()) {
            apply(answers, key, value);
        } else if (key[0] == CacheKind.QUESTION.code()) {
            apply(questions, key, value);
        }
    }

    private static void apply(Map<Bytes, byte[]> entries, byte[] key, byte @Nullable [] value) {
        if (value == null) {
            entries.remove(Bytes.wrap(key));
        } else {
            entries.put(Bytes.wrap(key), value);
        }
    }

    /** Returns the answers in any order. Skips entries of another version of the router. */
    public Stream<CachedAnswer> answers() {
        return answers.entrySet().stream()
                .flatMap(it -> answer(EntryKey.hash(it.getKey()), it.getValue()).stream());
    }

    private Optional<CachedAnswer> answer(String cacheKey, byte[] entry) {
        byte[] question = questions.get(EntryKey.of(CacheKind.QUESTION, cacheKey));
        return read(entry, AnswerInfo::decode)
                .map(
                        info ->
                                new CachedAnswer(
                                        cacheKey,
                                        info,
                                        question == null
                                                ? null
                                                : read(question, QuestionInfo::decode)
                                                        .orElse(null)));
    }

    private static <T> Optional<T> read(byte[] entry, Function<byte[], T> decode) {
        try {
            return Optional.of(decode.apply(entry));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }
}
