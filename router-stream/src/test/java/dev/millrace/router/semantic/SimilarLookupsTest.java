package dev.millrace.router.semantic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.CachePurge;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.router.cache.CacheWorld;
import dev.millrace.router.cache.Job;
import dev.millrace.router.cache.store.AnswerInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Jobs that may get the answer to a similar question. */
class SimilarLookupsTest extends SemanticScene {
    @Test
    void similarQuestionGetsTheAnswer() {
        askAndAnswer(first);

        ask(second);

        assertThat(world.releasedNames()).containsExactly("first");
        assertThat(world.resultOf(second))
                .contains(
                        "Click on forgotten.",
                        "\"cache\":\"semantic\"",
                        "\"reused_job\":\"" + first.id() + "\"",
                        "\"job_id\":\"" + second.id() + "\"")
                .containsPattern("\"similarity\":(1|0.99)");
        assertThat(world.costOf(second).savedUsd()).isEqualByComparingTo(CacheWorld.CALL_USD);
        assertThat(world.count("semantic")).isEqualTo(1);
    }

    @Test
    void identicalQuestionIsAHit() {
        askAndAnswer(first);

        world.lookUp(world.asking("again", RESET));

        assertThat(world.resultOf(world.asking("again", RESET))).contains("\"cache\":\"hit\"");
        assertThat(world.embedder.asked()).isEqualTo(1);
    }

    @Test
    void otherQuestionIsCalled() {
        askAndAnswer(first);

        ask(world.asking("other", "How do I reset my password in 2 steps?"));

        assertThat(world.releasedNames()).containsExactly("first", "other");
    }

    @Test
    void otherTenantIsCalled() {
        askAndAnswer(first);

        ask(new Job("other", "beta", false, 0, List.of("small"), null, Instant.EPOCH, RESET_AGAIN));

        assertThat(world.releasedNames()).containsExactly("first", "other");
    }

    @Test
    void jobWithoutANamespaceIsNotEmbedded() {
        world.lookUp(world.job("exact", 1));

        assertThat(world.releasedNames()).containsExactly("exact");
        assertThat(world.embedder.asked()).isZero();
    }

    @Test
    void identicalQuestionsWhoseEmbeddingsComeTogetherAreCalledOnce() {
        world.embedder.hold();
        world.lookUp(first);
        world.lookUp(world.asking("again", RESET));
        assertThat(world.releasedNames()).isEmpty();

        world.embedder.finish(2);
        world.settle();
        assertThat(world.releasedNames()).containsExactly("first");
        answered(first, "Click.");
        world.settle();

        assertThat(world.resultOf(world.asking("again", RESET)))
                .contains("\"cache\":\"collapsed\"");
    }

    @Test
    void fullQueueIsAMiss() {
        world.embedder.limit(0);

        world.lookUp(first);

        assertThat(world.releasedNames()).containsExactly("first");
    }

    @Test
    void questionWithoutAnEmbeddingIsCalledAndNotKept() {
        ask(world.asking("short", "What is it?"));

        assertThat(world.releasedNames()).containsExactly("short");
        assertThat(world.store.count('Q')).isZero();
    }

    @Nested
    class WaitingForACall {
        @Test
        void similarQuestionsAreCalledOnce() {
            ask(first);
            ask(second);
            assertThat(world.releasedNames()).containsExactly("first");

            answered(first, "Click on forgotten.");
            world.settle();

            assertThat(world.releasedNames()).containsExactly("first");
            assertThat(world.resultOf(second)).contains("\"cache\":\"semantic\"");
            assertThat(world.gauge("waiting")).isZero();
        }

        @Test
        void nextOneIsCalledAfterAFailure() {
            Job third = world.asking("third", "How could I reset my password?");
            ask(first);
            ask(second);
            ask(third);

            world.fail(first, ErrorCode.SERVER_ERROR);
            world.settle();
            assertThat(world.releasedNames()).containsExactly("first", "second");
            answered(second, "Click.");
            world.settle();

            assertThat(world.resultOf(third)).contains("\"reused_job\":\"" + second.id() + "\"");
        }

        @Test
        void survivesACrash() {
            ask(first);
            ask(second);
            world.restart();
            // The first tick embeds the question again.
            var _ = world.tick();
            answered(first, "Click.");
            world.settle();

            assertThat(world.releasedNames()).containsExactly("first");
            assertThat(world.resultOf(second)).contains("\"cache\":\"semantic\"");
        }

        @Test
        void endsWithALostCall() {
            ask(first);
            ask(second);

            world.lostBefore = Long.MAX_VALUE;
            world.pass(Duration.ofSeconds(2));
            world.settle();

            assertThat(world.releasedNames()).containsExactly("first", "second");
        }
    }

    @Nested
    class Waiting {
        @Test
        void survivesACrash() {
            world.embedder.hold();
            world.lookUp(first);
            world.restart();

            world.settle();
            world.embedder.finish(Integer.MAX_VALUE);
            world.settle();

            assertThat(world.releasedNames()).containsExactly("first");
            assertThat(world.store.count('E')).isZero();
            assertThat(world.store.count('W')).isZero();
        }

        @Test
        void manyQuestionsAreEmbeddedInTurnAfterARestart() {
            int jobs = 500;
            world.embedder.hold();
            for (int i = 0; i < jobs; i++) {
                world.lookUp(
                        world.asking("job-" + i, "How do I fold a paper swan %d?".formatted(i)));
            }
            world.restart();
            world.embedder.drop();
            int asked = world.embedder.asked();

            var _ = world.tick();
            var _ = world.tick();
            assertThat(world.embedder.asked() - asked).isEqualTo(100);
            while (world.embedder.finish(Integer.MAX_VALUE)) {
                world.settle();
                var _ = world.tick();
            }

            assertThat(world.embedder.asked() - asked).isEqualTo(jobs);
            assertThat(world.releasedNames()).hasSize(jobs);
        }

        @Test
        void waitForRoomInTheQueueAfterARestart() {
            world.embedder.hold();
            world.lookUp(first);
            world.restart();
            world.embedder.drop();
            world.embedder.limit(0);

            var _ = world.tick();
            var _ = world.tick();
            assertThat(world.releasedNames()).isEmpty();
            world.embedder.limit(1);
            var _ = world.tick();
            world.embedder.finish(1);
            world.settle();

            assertThat(world.releasedNames()).containsExactly("first");
        }

        @Test
        void endsAtTheDeadline() {
            world.embedder.hold();
            Instant deadline = world.clock.instant().plusSeconds(5);
            var late =
                    new Job(
                            "late",
                            "acme",
                            false,
                            0,
                            List.of("small"),
                            deadline,
                            Instant.EPOCH,
                            RESET);
            world.lookUp(late);

            world.pass(Duration.ofSeconds(6));
            world.embedder.finish(1);
            world.settle();

            assertThat(world.resultOf(late)).contains(ErrorCode.DEADLINE_EXCEEDED.code());
            assertThat(world.endsOf(late)).hasSize(1);
            assertThat(world.releasedNames()).isEmpty();
            assertThat(world.store.count('E')).isZero();
        }
    }

    @Nested
    class Answers {
        @Test
        void purgedAnswerIsNotReused() {
            askAndAnswer(first);
            world.clock.advance(Duration.ofSeconds(1));
            Instant now = world.clock.instant();
            var purge = new CachePurge(now, "me", now, Instant.MAX, CachePurge.Filter.ALL);
            var purged = purge.record("all");
            world.control = world.control.with(purged.key().text(), purged.value());

            ask(second);

            assertThat(world.releasedNames()).containsExactly("first", "second");
        }

        @Test
        void expiredAnswerIsNotReused() {
            askAndAnswer(first);
            world.clock.advance(CacheWorld.TTL);

            ask(second);

            assertThat(world.releasedNames()).containsExactly("first", "second");
        }

        @Test
        void questionGoesWithItsAnswer() {
            askAndAnswer(first);
            assertThat(world.store.count('Q')).isEqualTo(1);

            world.clock.advance(CacheWorld.TTL.plus(CacheWorld.STALE));
            world.settle();
            world.pass(Duration.ofSeconds(2));

            assertThat(world.store.count('Q')).isZero();
            assertThat(world.store.count('V')).isZero();
            assertThat(world.store.count('L')).isZero();
        }

        @Test
        void questionOfAFailedCallIsRemoved() {
            ask(first);
            world.fail(first, ErrorCode.SERVER_ERROR);

            world.pass(Duration.ofSeconds(2));

            assertThat(world.store.count('Q')).isZero();
        }

        @Test
        void areFoundAfterARestart() {
            askAndAnswer(first);
            world.restart();

            ask(second);

            assertThat(world.resultOf(second)).contains("\"cache\":\"semantic\"");
            world.restart();
            ask(world.asking("third", "How could I reset my password?"));
            world.pass(Duration.ofSeconds(20));
            world.commit();
            assertThat(world.published.getLast().semantic()).isEqualTo(2);
        }
    }

    @Test
    void answersAreListedFromTheChangelog() {
        askAndAnswer(first);
        Job exact = world.job("exact", 1);
        world.lookUp(exact);
        world.succeed(exact);
        var answers = AnswerInfo.view();
        var questions = QuestionInfo.view();

        for (char kind : "AIUQVL".toCharArray()) {
            world.store
                    .entries(kind)
                    .forEach(
                            (key, value) -> {
                                answers.onRecord(key.get(), value);
                                questions.onRecord(key.get(), value);
                            });
        }

        assertThat(answers.hashes()).containsExactlyInAnyOrder(first.cacheKey(), exact.cacheKey());
        assertThat(answers.find(first.cacheKey()))
                .hasValueSatisfying(it -> assertThat(it.tenant()).isEqualTo("acme"));
        assertThat(questions.hashes()).containsExactly(first.cacheKey());
        assertThat(questions.find(first.cacheKey()))
                .hasValueSatisfying(it -> assertThat(it.text()).isEqualTo(RESET));
        assertThat(questions.find(exact.cacheKey())).isEmpty();
        world.store.entries('I').forEach((key, _) -> answers.onRecord(key.get(), null));
        assertThat(answers.hashes()).isEmpty();
    }

    @Test
    void leastRecentlyUsedQuestionIsEvicted() {
        world = new SemanticWorld(limits(0, 2));
        askAndAnswer(first);
        world.clock.advance(Duration.ofMinutes(2));
        Job close = world.asking("close", "How do I close my account?");
        askAndAnswer(close);
        world.clock.advance(Duration.ofMinutes(2));
        ask(second);
        askAndAnswer(world.asking("move", "How do I move my files?"));

        ask(world.asking("third", "How could I reset my password?"));
        ask(world.asking("fourth", "How could I close the account?"));

        assertThat(world.releasedNames()).containsExactly("first", "close", "move", "fourth");
        assertThat(world.store.count('Q')).isEqualTo(2);
    }
}
