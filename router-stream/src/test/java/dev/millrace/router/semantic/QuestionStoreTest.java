package dev.millrace.router.semantic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.cache.store.CacheStore;
import dev.millrace.router.entry.EntryKey;
import dev.millrace.router.entry.TreeStore;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class QuestionStoreTest {
    private static final String NAMESPACE = "0f".repeat(32);
    private static final String FIRST = "01".repeat(32);
    private static final String SECOND = "02".repeat(32);

    private final TreeStore entries = new TreeStore();
    private final QuestionStore questions =
            new QuestionStore(entries, CacheStore.of(entries).totals());

    private void put(String cacheKey, int minute) {
        long now = Duration.ofMinutes(minute).toMillis();
        questions.put(
                cacheKey, QuestionInfo.of(NAMESPACE, "a question", now, null), new float[] {1, 0});
    }

    /** Gives a question a version that this router does not know. */
    private void damage(String cacheKey) {
        entries.put(EntryKey.of(QuestionKind.QUESTION, cacheKey), new byte[] {99});
    }

    @Test
    void questionThatIsAskedAgainAfterItWasUnreadableIsNotTheOldest() {
        put(FIRST, 1);
        put(SECOND, 2);
        damage(FIRST);
        questions.removeUnreadable(FIRST);
        put(FIRST, 3);

        assertThat(questions.leastRecentlyUsed()).contains(SECOND);
        assertThat(entries.count('L')).isEqualTo(2);
    }

    @Test
    void questionThatReplacesAnUnreadableOneIsNotTheOldest() {
        put(FIRST, 1);
        put(SECOND, 2);
        damage(FIRST);
        put(FIRST, 3);

        assertThat(questions.leastRecentlyUsed()).contains(SECOND);
    }
}
