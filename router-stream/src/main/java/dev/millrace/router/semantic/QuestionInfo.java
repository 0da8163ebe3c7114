package dev.millrace.router.semantic;

import dev.millrace.router.cache.store.AnswerInfo;
import dev.millrace.router.cache.store.EntryView;
import dev.millrace.router.cache.store.StoredQuestion;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import org.jspecify.annotations.Nullable;

/**
 * A question that was called, and whose answer similar questions can get.
 *
 * @param namespace of its cache key, 64 hex digits
 * @param text the user's question
 * @param createdMillis when it was called, in milliseconds since the epoch
 * @param lastUseMinute when a similar question last got its answer, or when it was called, in
 *     minutes since the epoch
 * @param verifies cache key of the similar answer to compare with the answer of this call; null if
 *     there is nothing to compare
 */
public record QuestionInfo(
        String namespace,
        String text,
        long createdMillis,
        long lastUseMinute,
        @Nullable String verifies)
        implements StoredQuestion {
    private static final byte VERSION = 1;
    private static final int TYPICAL_BYTES = 256;

    /** Returns a view of the stored questions, by the cache keys of their answers. */
    public static EntryView<QuestionInfo> view() {
        return new EntryView<>(QuestionKind.QUESTION, QuestionInfo::decode);
    }

    /** Returns the information on a question that is called now. */
    public static QuestionInfo of(
            String namespace, String text, long nowMillis, @Nullable String verifies) {
        return new QuestionInfo(namespace, text, nowMillis, AnswerInfo.minute(nowMillis), verifies);
    }

    QuestionInfo usedAt(long minute) {
        return new QuestionInfo(namespace, text, createdMillis, minute, verifies);
    }

    /** Returns this information with nothing to compare. */
    QuestionInfo verified() {
        return new QuestionInfo(namespace, text, createdMillis, lastUseMinute, null);
    }

    byte[] encode() {
        return new EntryWriter(VERSION, TYPICAL_BYTES)
                .text(namespace)
                .text(text)
                .number(createdMillis)
                .number(lastUseMinute)
                .text(verifies == null ? "" : verifies)
                .toBytes();
    }

    static QuestionInfo decode(byte[] entry) {
        var in = new EntryReader(entry, VERSION, "a question");
        String namespace = in.text();
        String text = in.text();
        long created = in.number();
        long lastUse = in.number();
        String verifies = in.text();
        return new QuestionInfo(
                namespace, text, created, lastUse, verifies.isEmpty() ? null : verifies);
    }
}
