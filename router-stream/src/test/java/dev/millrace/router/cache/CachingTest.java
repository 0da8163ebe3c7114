package dev.millrace.router.cache;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.topic.KeyPartitions;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.failure.RouterStartException;
import dev.millrace.router.topology.RouterDriver;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CachingTest {
    private static final Topics TOPICS = RouterDriver.TOPICS;

    private final RouterDriver router = new RouterDriver();

    @AfterEach
    void close() {
        router.close();
    }

    @Nested
    class ItsTopics {
        private void check(int lookups, int answers, int planned) {
            var counts = Map.of(TOPICS.lookups(), lookups, TOPICS.answers(), answers);
            FixedCache.of(TOPICS, router, SimilarAnswers.NONE)
                    .check(counts::get, new KeyPartitions(planned));
        }

        @Test
        void canHaveAddedPartitions() {
            assertThatCode(() -> check(4, 5, 4)).doesNotThrowAnyException();
        }

        @Test
        void needEqualNumbersOfPartitions() {
            assertThatThrownBy(() -> check(4, 8, 8))
                    .isInstanceOf(RouterStartException.class)
                    .hasMessageContaining("test.lookups has 4 partitions, and test.answers has 8");
        }
    }
}
