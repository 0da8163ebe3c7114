package dev.millrace.router.semantic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.router.cache.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Limits and failures of the search for similar questions. */
@Tag("slow")
class SimilarLimitsTest extends SemanticScene {
    /** Jobs that are called although a similar question has an answer. */
    @Nested
    class Verification {
        @Test
        void callsAShareOfTheHits() {
            world = new SemanticWorld(limits(1, 100));
            askAndAnswer(first);

            askAndAnswer(second);
            world.settle();

            assertThat(world.releasedNames()).containsExactly("first", "second");
            assertThat(verified("same")).isEqualTo(1);
        }

        @Test
        void wrongAnswersSwitchTheNamespaceOff() {
            world = new SemanticWorld(limits(1, 100));
            askAndAnswer(first);

            for (int i = 0; i < 20; i++) {
                // An irrelevant word makes another request with an equal meaning.
                Job job = world.asking("job-" + i, "how can i reset the password" + " ?".repeat(i));
                ask(job);
                answered(job, "Answer " + i);
                world.settle();
            }
            int embedded = world.embedder.asked();
            ask(world.asking("last", "How could I reset my password?"));

            assertThat(verified("different")).isBetween(5.0, 10.0);
            assertThat(world.releasedNames()).contains("last");
            assertThat(world.embedder.asked()).isEqualTo(embedded);
        }

        @Test
        void isForgottenAfterAMonth() {
            world = new SemanticWorld(limits(1, 100));
            askAndAnswer(first);
            askAndAnswer(second);
            world.settle();
            assertThat(world.store.count('S')).isEqualTo(1);

            world.pass(Duration.ofDays(31));

            assertThat(world.store.count('S')).isZero();
        }

        double verified(String result) {
            return world.meters
                    .get("millrace.router.cache.verified")
                    .tag("result", result)
                    .counter()
                    .count();
        }

        @Test
        void burstOfHitsVerifiesLittleMoreThanTheFirstOnes() {
            world = new SemanticWorld(limits(0.0001, 100_000));
            askAndAnswer(first);

            int jobs = 2_000;
            for (int i = 0; i < jobs; i++) {
                ask(
                        world.asking(
                                "job-" + i, "how can i reset the password" + " ?".repeat(i % 900)));
            }
            world.settle();

            // 20 % of the first hits are verified, until 50 calls are running.
            assertThat(world.releasedNames().size() - 1).isBetween(45, 55);
        }

        @Nested
        class AJobThatCannotBeCalled {
            @Test
            void getsTheAnswerIfItsBudgetIsSpent() {
                world = new SemanticWorld(limits(1, 100));
                askAndAnswer(first);

                world.lookUpUnpaid(second);
                world.settle();

                assertThat(world.resultOf(second)).contains("\"cache\":\"semantic\"");
            }

            @Test
            void getsTheAnswerIfItsModelIsOutOfService() {
                world = new SemanticWorld(limits(1, 100));
                askAndAnswer(first);

                world.unavailable.add("small");
                ask(second);

                assertThat(world.resultOf(second)).contains("\"cache\":\"semantic\"");
            }

            @Test
            void getsTheAnswerWhileABreakerIsOpen() {
                world = new SemanticWorld(limits(1, 100));
                askAndAnswer(first);

                Instant now = world.clock.instant();
                var open = new WorkerReport.Open("model small", "timeout", "slow", now, now, true);
                var breakers = new WorkerReport(Instant.MAX, List.of(open)).record("w1");
                world.control = world.control.with(breakers.key().text(), breakers.value());
                ask(second);

                assertThat(world.resultOf(second)).contains("\"cache\":\"semantic\"");
            }

            @Test
            void endsIfThereIsNoAnswer() {
                world.lookUpUnpaid(first);
                world.settle();

                assertThat(world.resultOf(first)).contains(ErrorCode.BUDGET_EXCEEDED.code());
            }
        }
    }

    /** A failure harms no job. */
    @Nested
    class Failures {
        private void damage(char kind) {
            for (Map.Entry<Bytes, byte[]> entry : world.store.entries(kind).entrySet()) {
                byte[] first = {entry.getValue()[0], 0, 0, 0, 0};
                world.store.put(entry.getKey(), first);
            }
            world.restart();
        }

        @Test
        void jobIsCalledIfAnEmbeddingInTheStoreIsDamaged() {
            askAndAnswer(first);
            damage('V');

            ask(second);

            assertThat(world.releasedNames()).containsExactly("first", "second");
        }

        @Test
        void jobIsCalledIfAQuestionInTheStoreIsDamaged() {
            askAndAnswer(first);
            damage('Q');

            ask(second);

            assertThat(world.releasedNames()).containsExactly("first", "second");
        }

        @Test
        void jobIsCalledIfTheVerificationInTheStoreIsDamaged() {
            world = new SemanticWorld(limits(1, 100));
            askAndAnswer(first);
            askAndAnswer(second);
            world.settle();
            damage('S');

            ask(world.asking("third", "How could I reset my password?"));

            assertThat(world.releasedNames()).containsExactly("first", "second", "third");
        }

        @Test
        void questionThatCannotBeStoredIsCalledOnce() {
            world.store.failPuts('Q');

            ask(first);
            world.settle();

            assertThat(world.releasedNames()).containsExactly("first");
            assertThat(world.endsOf(first)).isEmpty();
        }

        @Test
        void jobsDoNotWaitForOneFailingCallAfterAnother() {
            List<Job> jobs = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                jobs.add(world.asking("job-" + i, "how can i reset the password" + " ?".repeat(i)));
            }
            jobs.forEach(SimilarLimitsTest.this::ask);

            for (int i = 0; i < 3; i++) {
                assertThat(world.releasedNames()).hasSize(i + 1);
                world.fail(jobs.get(i), ErrorCode.SERVER_ERROR);
                world.settle();
            }

            assertThat(world.releasedNames()).hasSize(jobs.size());
            jobs.subList(3, jobs.size()).forEach(it -> answered(it, "Click."));
            assertThat(world.gauge("waiting")).isZero();
        }

        @Test
        void turnOfLargeAnswersEndsAtItsBytes() {
            world = new SemanticWorld(100, 8 << 20, 100, limits(0, 100));
            ask(first);
            answered(first, "x".repeat(3 << 20));
            world.embedder.hold();
            List<Job> jobs = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                jobs.add(world.asking("job-" + i, "how can i reset the password" + " ?".repeat(i)));
            }
            jobs.forEach(world::lookUp);
            world.embedder.finish(Integer.MAX_VALUE);

            var _ = world.tick();
            world.commit();

            // A turn has 8 MiB.
            assertThat(jobs).filteredOn(it -> !world.endsOf(it).isEmpty()).hasSize(3);
            world.settle();
            assertThat(jobs).allSatisfy(it -> assertThat(world.endsOf(it)).hasSize(1));
        }
    }
}
