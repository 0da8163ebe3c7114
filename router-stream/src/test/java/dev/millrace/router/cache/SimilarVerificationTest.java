package dev.millrace.router.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.WorkerBreakers;
import dev.millrace.contracts.error.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Jobs that are called although a similar question has an answer. */
class SimilarVerificationTest extends SimilarScene {
    @Test
    void callsAShareOfTheHits() {
        world = new CacheWorld(limits(1, 100));
        askAndAnswer(first);

        askAndAnswer(second);
        world.settle();

        assertThat(world.releasedNames()).containsExactly("first", "second");
        assertThat(verified("same")).isEqualTo(1);
    }

    @Test
    void wrongAnswersSwitchTheGroupOff() {
        world = new CacheWorld(limits(1, 100));
        askAndAnswer(first);

        for (int i = 0; i < 20; i++) {
            // A word that does not count makes another request of the same meaning.
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
        world = new CacheWorld(limits(1, 100));
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
        world = new CacheWorld(limits(0.0001, 100_000));
        askAndAnswer(first);

        int jobs = 2_000;
        for (int i = 0; i < jobs; i++) {
            ask(world.asking("job-" + i, "how can i reset the password" + " ?".repeat(i % 900)));
        }
        world.settle();

        // The first of 20 %, until 50 calls are under way.
        assertThat(world.releasedNames().size() - 1).isBetween(45, 55);
    }

    @Nested
    class AJobThatCannotBeCalled {
        @Test
        void getsTheAnswerIfItsBudgetIsSpent() {
            world = new CacheWorld(limits(1, 100));
            askAndAnswer(first);

            world.lookUpUnpaid(second);
            world.settle();

            assertThat(world.resultOf(second)).contains("\"cache\":\"semantic\"");
        }

        @Test
        void getsTheAnswerIfItsModelIsOutOfService() {
            world = new CacheWorld(limits(1, 100));
            askAndAnswer(first);

            world.unavailable.add("small");
            ask(second);

            assertThat(world.resultOf(second)).contains("\"cache\":\"semantic\"");
        }

        @Test
        void getsTheAnswerWhileABreakerIsOpen() {
            world = new CacheWorld(limits(1, 100));
            askAndAnswer(first);

            Instant now = world.clock.instant();
            var open = new WorkerBreakers.Open("model small", "timeout", "slow", now, now, true);
            var breakers = new WorkerBreakers(Instant.MAX, List.of(open)).record("w1");
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
