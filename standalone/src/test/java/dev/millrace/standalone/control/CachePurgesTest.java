package dev.millrace.standalone.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.configuration.RouterConfig.Cache;
import dev.millrace.contracts.control.CachePurge;
import dev.millrace.contracts.control.CachePurge.Answer;
import dev.millrace.contracts.control.CachePurge.Filter;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.job.CacheMode;
import dev.millrace.control.ControlWriter.Change;
import dev.millrace.standalone.client.ChangeMetadata;
import dev.millrace.standalone.console.UserError;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CachePurgesTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private static Cache cache(Duration ttl, Duration staleWhileOpen) {
        return new Cache(CacheMode.NONE, ttl, staleWhileOpen, 1, 1, 1, false);
    }

    private static ChangeMetadata at(Instant time) {
        return new ChangeMetadata(time, "me", Optional.empty());
    }

    private static ControlState after(ControlState before, Change<?> change) {
        var state = before;
        for (ControlRecord record : change.records()) {
            state = state.with(record.key().text(), record.value());
        }
        return state;
    }

    private static Change<CachePurge> purge(ControlState state, String id, Instant time) {
        return CachePurges.purge(state, id, Filter.ALL, Cache.DEFAULT, at(time));
    }

    private static Answer answer(Instant createdAt) {
        return new Answer("k", "gpt-4.1", "acme", "default/3@v7", createdAt);
    }

    @Nested
    class APurge {
        @Test
        void isWrittenUnderItsId() {
            var change = purge(ControlState.EMPTY, "a1", NOON);

            assertThat(after(ControlState.EMPTY, change).cache().purges())
                    .containsOnlyKeys("a1")
                    .containsValue(change.result());
        }

        @Test
        void coversTheAnswersThatExistNow() {
            CachePurge purge = purge(ControlState.EMPTY, "a1", NOON).result();

            assertThat(purge.covers(answer(NOON))).isTrue();
            assertThat(purge.covers(answer(NOON.plusMillis(1)))).isFalse();
        }

        @Test
        void lastsAsLongAsAnAnswerMayLive() {
            var cache = cache(Duration.ofDays(20), Duration.ofDays(10));
            var change = CachePurges.purge(ControlState.EMPTY, "a1", Filter.ALL, cache, at(NOON));

            assertThat(change.result().expires()).isEqualTo(NOON.plus(Duration.ofDays(30)));
        }

        @Test
        void lastsAWeekForRoutersThatAreStopped() {
            assertThat(purge(ControlState.EMPTY, "a1", NOON).result().expires())
                    .isEqualTo(NOON.plus(CachePurges.MIN_LIFE));
        }

        @Test
        void removesExpiredPurges() {
            var first = after(ControlState.EMPTY, purge(ControlState.EMPTY, "a1", NOON));
            var later = NOON.plus(CachePurges.MIN_LIFE);

            assertThat(after(first, purge(first, "a2", later)).cache().purges())
                    .containsOnlyKeys("a2");
        }
    }

    @Nested
    class ThePurgeOfAVersion {
        private final CachePurge purge =
                CachePurges.purgeVersion(
                                ControlState.EMPTY, "a1", "default", "v7", Cache.DEFAULT, at(NOON))
                        .result();

        @Test
        void coversAnswersToItsLastJobs() {
            assertThat(purge.covers(answer(NOON.plus(CachePurges.LAST_JOBS)))).isTrue();
            assertThat(purge.filter()).isEqualTo(Filter.ofVersion("default", "v7"));
        }

        @Test
        void outlastsTheAnswersToItsLastJobs() {
            assertThat(purge.expires())
                    .isEqualTo(NOON.plus(CachePurges.LAST_JOBS).plus(CachePurges.MIN_LIFE));
        }
    }

    @Nested
    class WhenManyPurgesAreInEffect {
        private final ControlState full = full();

        private static ControlState full() {
            var state = ControlState.EMPTY;
            for (int i = 0; i < CachePurges.MAX_PURGES; i++) {
                state = after(state, purge(ControlState.EMPTY, "p" + i, NOON.plusSeconds(i)));
            }
            return state;
        }

        @Test
        void aFurtherOneIsRefusedWithAdvice() {
            assertThatThrownBy(() -> purge(full, "more", NOON.plusSeconds(2_000)))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("1,000 purges")
                    .hasMessageContaining("2026-11-27T12:00:00Z");
        }

        @Test
        void aFurtherOneIsAcceptedWhenOneHasExpired() {
            var change = purge(full, "more", NOON.plus(CachePurges.MIN_LIFE));

            assertThat(after(full, change).cache().purges())
                    .containsKey("more")
                    .doesNotContainKey("p0")
                    .hasSize(CachePurges.MAX_PURGES);
        }
    }
}
