package dev.millrace.similarity.adversarial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.similarity.embedding.EmbeddingModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pairs that only the guard distinguishes. */
class NearPairsTest {
    private static final float SHIPPED_THRESHOLD = 0.95f;
    private static final EmbeddingModel MODEL = EmbeddingModel.load();

    @AfterAll
    static void close() {
        MODEL.close();
    }

    /** These embeddings alone would pass the threshold. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    How do I get from Paris to London?       | How do I get from London to Paris?
                    Is London larger than Paris?             | Is Paris larger than London?
                    Can I return the laptop after 30 days?   | Can I return the laptop after 31 days?
                    """)
    void nearPairIsNoHitAtTheShippedThreshold(String stored, String asked) {
        var cache = new CacheUnderTest(MODEL, SHIPPED_THRESHOLD);
        cache.store(stored);

        assertThat(cache.isNear(asked)).isTrue();
        assertThat(cache.find(asked)).isEmpty();
    }
}
