package dev.millrace.contracts.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.CachePurge.Answer;
import dev.millrace.contracts.control.CachePurge.Filter;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CacheRecordsTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Answer ANSWER =
            new Answer("k1", "gpt-4.1", "acme", "default/3@v7", NOON.minusSeconds(60));

    private static ControlState after(ControlRecord... records) {
        ControlState state = ControlState.EMPTY;
        for (ControlRecord record : records) {
            state = state.with(record.key().text(), record.value());
        }
        return state;
    }

    private static CachePurge purge(Instant expires) {
        return new CachePurge(NOON, "me", NOON, expires, Filter.ALL);
    }

    @Nested
    class APurge {
        private static boolean covers(Filter filter) {
            return new CachePurge(NOON, "me", NOON, NOON.plusSeconds(60), filter).covers(ANSWER);
        }

        private static Filter routedBy(String text) {
            return new Filter(
                    Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(text));
        }

        @Test
        void withoutAFilterCoversEveryAnswer() {
            assertThat(covers(Filter.ALL)).isTrue();
        }

        @Test
        void coversAnAnswerThatPassesEveryPart() {
            assertThat(
                            covers(
                                    new Filter(
                                            Optional.of("k1"),
                                            Optional.of("gpt-4.1"),
                                            Optional.of("acme"),
                                            Optional.of("default/3@v7"))))
                    .isTrue();
        }

        @Test
        void sparesAnAnswerThatFailsOnePart() {
            var none = Optional.<String>empty();
            var other = Optional.of("other");

            assertThat(covers(new Filter(other, none, none, none))).isFalse();
            assertThat(covers(new Filter(none, other, none, none))).isFalse();
            assertThat(covers(new Filter(none, none, other, none))).isFalse();
            assertThat(covers(new Filter(none, none, none, other))).isFalse();
        }

        @ParameterizedTest
        @ValueSource(strings = {"default/3@v7", "default@v7", "default"})
        void coversAnswersOfARuleAVersionOrAPolicy(String text) {
            assertThat(covers(routedBy(text))).isTrue();
        }

        @ParameterizedTest
        @ValueSource(strings = {"default/2@v7", "default/3@v8", "default@v8", "def", "default/3"})
        void sparesAnswersOfOtherRules(String text) {
            assertThat(covers(routedBy(text))).isFalse();
        }

        @Test
        void ofAVersionCoversItsAnswers() {
            assertThat(covers(Filter.ofVersion("default", "v7"))).isTrue();
            assertThat(covers(Filter.ofVersion("default", "v6"))).isFalse();
        }

        @Test
        void sparesAnswersThatWereCreatedLater() {
            var purge = purge(NOON.plusSeconds(60));

            assertThat(purge.covers(createdAt(NOON))).isTrue();
            assertThat(purge.covers(createdAt(NOON.plusMillis(1)))).isFalse();
        }

        private static Answer createdAt(Instant time) {
            return new Answer("k1", "gpt-4.1", "acme", "catalog", time);
        }
    }

    @Nested
    class WhenAPurgeExpires {
        private final ControlState state =
                after(
                        purge(NOON.plusSeconds(60)).record("1"),
                        purge(NOON.plusSeconds(90)).record("2"));

        @Test
        void staysInEffectUntilThen() {
            assertThat(state.inEffect(NOON.plusSeconds(59))).isSameAs(state);
        }

        @Test
        void onlyThisPurgeEndsThen() {
            assertThat(state.inEffect(NOON.plusSeconds(60)).cache().purges()).containsOnlyKeys("2");
        }

        @Test
        void aTombstoneRemovesIt() {
            assertThat(state.with("cache-purge/1", null).cache().purges()).containsOnlyKeys("2");
        }
    }

    @Nested
    class TheStatisticsOfPartitions {
        private final CacheStats stats =
                new CacheStats(1, 2, 3, 4, 5, 6, 7, 8, 9, new BigDecimal("0.10"));

        @Test
        void areSummedUp() {
            var state = after(stats.record(0), stats.record(1), stats.record(1));

            assertThat(state.cache().total())
                    .isEqualTo(
                            new CacheStats(2, 4, 6, 8, 10, 12, 14, 16, 18, new BigDecimal("0.2")));
        }

        @Test
        void ofAnEmptyCacheAreZero() {
            assertThat(ControlState.EMPTY.cache().total()).isEqualTo(CacheStats.NONE);
        }

        @Test
        void arePlainJson() {
            assertThat(new String(Objects.requireNonNull(stats.record(0).value()), UTF_8))
                    .isEqualTo(
                            "{\"entries\":1,\"bytes\":2,\"hits\":3,\"stale\":4,\"collapsed\":5,"
                                    + "\"misses\":6,\"evicted\":7,\"expired\":8,\"semantic\":9,\"saved_usd\":0.1}");
        }
    }
}
