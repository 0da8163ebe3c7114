package dev.millrace.router.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.CachePurge;
import dev.millrace.contracts.control.CacheStats;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.result.CostKind;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests which answers are kept, for how long, and which jobs get them. */
class CachedAnswersTest {
    private static final int PADDING = 400;

    private CacheWorld world = new CacheWorld();
    private int jobs;

    /** Looks a request up and returns its job. */
    private Job ask(int key) {
        Job job = world.job("job-" + jobs++, key);
        world.lookUp(job);
        return job;
    }

    /** Has a request called and answered. */
    private void call(int key) {
        world.succeed(ask(key));
    }

    private boolean isHit(int key) {
        Job job = ask(key);
        world.commit();
        if (world.endsOf(job).isEmpty()) {
            world.answer(job, null);
            return false;
        }
        return world.resultOf(job).contains("\"cache\":\"hit\"");
    }

    private void apply(ControlRecord record) {
        world.control = world.control.with(record.key().text(), record.value());
    }

    @Nested
    class AStoredAnswer {
        @Test
        void identicalJobGetsIt() {
            call(1);
            Job job = ask(1);

            assertThat(world.resultOf(job))
                    .contains("\"custom_id\":\"job-1\"", "\"cache\":\"hit\"", "\"attempts\":0")
                    .contains("\"answer to\":1", "\"model\":\"small\"");
            assertThat(world.costOf(job).kind()).isEqualTo(CostKind.SAVED);
            assertThat(world.costOf(job).savedUsd()).isEqualByComparingTo(CacheWorld.CALL_USD);
            assertThat(world.count("hit")).isOne();
            assertThat(world.meters.get("millrace.router.cache.saved.usd").counter().count())
                    .isEqualTo(0.25);
        }

        @Test
        void otherRequestDoesNotGetIt() {
            call(1);

            assertThat(isHit(2)).isFalse();
        }

        @Test
        void answerSurvivesARestart() {
            call(1);
            world.restart();

            assertThat(isHit(1)).isTrue();
            assertThat(world.gauge("entries")).isOne();
        }

        @Test
        void answerOfAJobThatIsNotTheLeaderIsKept() {
            world.succeed(world.job("unknown", 1));

            assertThat(isHit(1)).isTrue();
        }

        @Test
        void olderAnswerDoesNotReplaceANewerOne() {
            Job old = ask(1);
            byte[] answer = world.success(old, "small", "old");
            long before = world.clock.millis();
            world.clock.advance(Duration.ofMinutes(1));
            world.answer(world.job("new", 1), world.success(old, "small", "new"));
            world.answer(old, answer, before);

            assertThat(world.resultOf(ask(1))).contains("new");
        }

        @Test
        void resultThatItsTopicDoesNotTakeEndsAsTooLarge() {
            call(1);
            world.maxRecordBytes.put("test.results", 1_200);
            Job job = ask(1);

            assertThat(world.resultOf(job)).contains("response_too_large");
        }
    }

    @Nested
    class TimeToLive {
        @Test
        void answerIsUsedUntilItsTimeIsOver() {
            call(1);
            world.pass(CacheWorld.TTL.minusMillis(1));
            assertThat(isHit(1)).isTrue();
            world.pass(Duration.ofMillis(1));

            assertThat(isHit(1)).isFalse();
        }

        @Test
        void useDoesNotProlongIt() {
            call(1);
            world.pass(CacheWorld.TTL.minusMinutes(1));
            assertThat(isHit(1)).isTrue();
            world.pass(Duration.ofMinutes(1));

            assertThat(isHit(1)).isFalse();
        }

        @Test
        void expiredAnswersAreDeleted() {
            call(1);
            world.pass(CacheWorld.TTL);
            assertThat(world.gauge("entries")).isOne();
            world.pass(CacheWorld.STALE);

            assertThat(world.gauge("entries")).isZero();
            assertThat(world.gauge("bytes")).isZero();
            assertThat(world.store.count('A')).isZero();
        }
    }

    @Nested
    class WhileABreakerIsOpen {
        private void open(String breaker, Duration validFor) {
            Instant now = world.clock.instant();
            var open = new WorkerReport.Open(breaker, "timeout", "slow", now, now, true);
            apply(new WorkerReport(now.plus(validFor), List.of(open)).record("w1"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"model small", "provider openai"})
        void expiredAnswerIsServedAndMarked(String breaker) {
            call(1);
            world.pass(CacheWorld.TTL);
            open(breaker, Duration.ofHours(3));

            assertThat(world.resultOf(ask(1))).contains("\"cache\":\"stale\"", "\"answer to\":1");
            assertThat(world.count("stale")).isOne();
        }

        @Test
        void freshAnswerIsAHit() {
            call(1);
            open("model small", Duration.ofHours(3));

            assertThat(isHit(1)).isTrue();
        }

        @Test
        void answerIsServedForALimitedTime() {
            call(1);
            open("model small", Duration.ofDays(3));
            world.clock.advance(CacheWorld.TTL.plus(CacheWorld.STALE));

            ask(1);
            assertThat(world.releasedNames()).hasSize(2);
        }

        @ParameterizedTest
        @ValueSource(strings = {"model smaller", "provider other", "key 1 of openai"})
        void otherBreakersDoNotMatter(String breaker) {
            call(1);
            world.pass(CacheWorld.TTL);
            open(breaker, Duration.ofHours(3));

            ask(1);
            assertThat(world.releasedNames()).hasSize(2);
        }

        @Test
        void outdatedListSaysNothing() {
            call(1);
            open("model small", Duration.ofMinutes(1));
            world.pass(CacheWorld.TTL);

            ask(1);
            assertThat(world.releasedNames()).hasSize(2);
        }
    }

    @Nested
    class Limits {
        @Test
        void leastRecentlyUsedAnswerIsEvicted() {
            world = new CacheWorld(2, 1 << 20);
            call(1);
            call(2);
            world.pass(Duration.ofMinutes(2));
            assertThat(isHit(1)).isTrue();
            call(3);

            assertThat(isHit(1)).isTrue();
            assertThat(isHit(2)).isFalse();
            assertThat(world.meters.get("millrace.router.cache.evicted").counter().count()).isOne();
        }

        @Test
        void answersOfOneMinuteAreEvictedToo() {
            world = new CacheWorld(2, 1 << 20);
            for (int key = 0; key < 10; key++) {
                call(key);
            }

            assertThat(world.gauge("entries")).isEqualTo(2);
            assertThat(world.store.count('U')).isEqualTo(2);
        }

        @Test
        void bytesAreLimited() {
            world = new CacheWorld(100, 2_500);
            for (int key = 0; key < 10; key++) {
                Job job = ask(key);
                world.answer(job, world.success(job, "small", "x".repeat(PADDING)));
            }

            assertThat(world.gauge("bytes"))
                    .isEqualTo((double) world.store.bytes('A'))
                    .isBetween(1_500.0, 2_500.0);
        }

        @Test
        void answerThatIsTooLargeIsNotKept() {
            world = new CacheWorld(100, 1_000);
            Job job = ask(1);
            world.answer(job, world.success(job, "small", "x".repeat(1_000)));

            assertThat(world.gauge("entries")).isZero();
            assertThat(isHit(1)).isFalse();
        }

        @Test
        void evictionDoesNotTouchWaitingJobs() {
            world = new CacheWorld(1, 1 << 20);
            Job leader = ask(1);
            Job follower = ask(1);
            call(2);
            call(3);
            world.succeed(leader);

            assertThat(world.resultOf(follower)).contains("collapsed");
        }
    }

    @Nested
    class WhenAnswersArePurged {
        private void purge(CachePurge.Filter filter) {
            Instant now = world.clock.instant();
            apply(new CachePurge(now, "me", now, now.plusSeconds(3_600), filter).record("p1"));
        }

        private CachePurge.Filter ofModel(String model) {
            return new CachePurge.Filter(
                    Optional.empty(), Optional.of(model), Optional.empty(), Optional.empty());
        }

        @Test
        void purgedAnswerIsNotServedAndThenDeleted() {
            call(1);
            purge(CachePurge.Filter.ALL);
            assertThat(isHit(1)).isFalse();
            world.pass(Duration.ofSeconds(1));

            assertThat(world.gauge("entries")).isZero();
        }

        @Test
        void laterAnswerIsServed() {
            purge(CachePurge.Filter.ALL);
            world.clock.advance(Duration.ofMillis(1));
            call(1);

            assertThat(isHit(1)).isTrue();
        }

        @Test
        void otherAnswersStay() {
            call(1);
            purge(ofModel("other"));
            assertThat(isHit(1)).isTrue();
            purge(ofModel("small"));

            assertThat(isHit(1)).isFalse();
        }

        @Test
        void answerThatWasWrittenBeforeIsNotKept() {
            Job job = ask(1);
            purge(CachePurge.Filter.ALL);
            world.succeed(job);

            assertThat(isHit(1)).isFalse();
        }
    }

    @Nested
    class Statistics {
        @Test
        void statisticsArePublishedWhenTheyHaveChanged() {
            call(1);
            assertThat(isHit(1)).isTrue();
            world.pass(Duration.ofSeconds(10));
            world.pass(Duration.ofSeconds(10));
            world.commit();

            assertThat(world.published)
                    .containsExactly(
                            new CacheStats(
                                    1,
                                    world.store.bytes('A'),
                                    1,
                                    0,
                                    0,
                                    1,
                                    0,
                                    0,
                                    0,
                                    new BigDecimal("0.25")));
        }

        @Test
        void changesBeforeACrashArePublishedAfterIt() {
            call(1);
            assertThat(isHit(1)).isTrue();
            world.restart();

            world.pass(Duration.ofSeconds(10));
            world.commit();

            assertThat(world.published).hasSize(1);
            assertThat(world.published.getLast().hits()).isEqualTo(1);
        }

        @Test
        void statisticsOfAnAbortedTurnAreForgotten() {
            call(1);
            world.commit();
            ask(1);
            world.crash();
            world.pass(Duration.ofSeconds(10));
            call(2);
            world.pass(Duration.ofSeconds(10));
            world.commit();

            assertThat(world.published.getLast().hits()).isZero();
            assertThat(world.published.getLast().misses()).isEqualTo(2);
        }
    }
}
