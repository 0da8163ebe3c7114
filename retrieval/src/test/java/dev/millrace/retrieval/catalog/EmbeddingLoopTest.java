package dev.millrace.retrieval.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.millrace.retrieval.catalog.EmbeddingWorld.Fault;
import dev.millrace.retrieval.embedding.DocumentVectors.Embedded;
import dev.millrace.retrieval.embedding.DocumentVectors.Failed;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingLoopTest {
    private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(5);

    private final EmbeddingWorld world = new EmbeddingWorld();

    /** Runs the processes until all documents have their vectors; each job succeeds. */
    private void drain() {
        for (int i = 0; !world.isDone(); i++) {
            if (i > 1_000) {
                fail("documents are not embedded");
            }
            world.turn();
            while (!world.unanswered.isEmpty()) {
                world.succeed(0);
            }
            world.turn();
            if (world.unanswered.isEmpty()) {
                world.pass(LONGEST_BACKOFF);
            }
        }
    }

    @Test
    void vectorsOfADocumentComeFromJobsOfTenPassages() {
        world.put("a", 25);
        drain();
        assertThat(world.paidJobs()).isEqualTo(3);
        assertThat(world.joined().get("a"))
                .isInstanceOfSatisfying(
                        Embedded.class, it -> assertThat(it.passages()).hasSize(25));
    }

    @Test
    void vectorsHaveLengthOne() {
        world.put("a", 1);
        drain();
        assertThat(world.joined().get("a"))
                .isInstanceOfSatisfying(
                        Embedded.class,
                        it -> assertThat(it.passages().getFirst()).containsExactly(0.6f, 0.8f));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSuccessorAwaitsTheJobsOfItsPredecessor(boolean isAnsweredBefore) {
        world.put("a", 25);
        world.turn();
        if (isAnsweredBefore) {
            world.succeed(0);
            world.turn();
        }
        world.crash();
        drain();
        assertThat(world.paidJobs()).isEqualTo(3);
    }

    @Test
    void lostOffsetsOfTheGroupPayNothingAgain() {
        world.put("a", 5);
        drain();
        world.compact();
        world.forgetGroup();
        world.crash();
        world.put("b", 5);
        drain();
        assertThat(world.paidJobs()).isEqualTo(2);
        assertThat(world.joined()).containsOnlyKeys("a", "b");
    }

    @Test
    void anOutageRepeatsOnlyTheJobsThatFailed() {
        world.put("a", 25);
        world.turn();
        world.fail(0, "server_error");
        world.succeed(0);
        world.succeed(0);
        world.turn();
        assertThat(world.problem()).hasValue("server_error: no");
        world.pass(LONGEST_BACKOFF);
        world.turn();
        assertThat(world.unanswered).hasSize(1);
        drain();
        assertThat(world.mostPaid()).isEqualTo(1);
        assertThat(world.paidJobs()).isEqualTo(3);
    }

    @Test
    void aRefusedDocumentDoesNotStopTheOthers() {
        world.put("a", 1);
        world.put("b", 1);
        world.turn();
        world.fail(0, "budget_exceeded");
        drain();
        assertThat(world.joined().get("a")).isEqualTo(new Failed("budget_exceeded", "no"));
        assertThat(world.joined().get("b")).isInstanceOf(Embedded.class);
    }

    @Test
    void aTenantWithoutARequestTopicGetsNoJobs() {
        world.acceptsTenants = false;
        world.put("a", 1);
        world.turn();
        assertThat(world.unanswered).isEmpty();
        assertThat(world.joined().get("a"))
                .isInstanceOfSatisfying(
                        Failed.class,
                        it -> assertThat(it.message()).contains("no request topic accepts"));
    }

    @Test
    void aDeletedDocumentLeavesNoVectors() {
        world.put("a", 25);
        drain();
        world.delete("a");
        drain();
        world.compact();
        assertThat(world.joined()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void noPassageIsPaidTwiceWhateverFails(int seed) {
        Map<String, Integer> expected = simulate(new SplittableRandom(seed), false);
        assertThat(world.mostPaid()).isLessThanOrEqualTo(1);
        world.joined()
                .forEach(
                        (id, vectors) -> {
                            if (vectors instanceof Embedded(var passages)) {
                                assertThat(passages).hasSize(expected.getOrDefault(id, -1));
                            }
                        });
        assertThat(world.joined()).containsOnlyKeys(expected.keySet());
    }

    @Test
    void theSimulationFindsLostProgress() {
        int most = 0;
        for (int seed = 0; seed < 20 && most < 2; seed++) {
            var faulty = new EmbeddingLoopTest();
            faulty.simulate(new SplittableRandom(seed), true);
            most = faulty.world.mostPaid();
        }
        assertThat(most).isGreaterThan(1);
    }

    /** Returns the number of passages of each document at the end. */
    private Map<String, Integer> simulate(SplittableRandom random, boolean losesProgress) {
        var expected = new HashMap<String, Integer>();
        for (int step = 0; step < 400; step++) {
            String id = "d" + random.nextInt(6);
            switch (random.nextInt(12)) {
                case 0, 1 -> {
                    int passages = 1 + random.nextInt(30);
                    world.put(id, passages);
                    expected.put(id, passages);
                }
                case 2 -> {
                    world.delete(id);
                    expected.remove(id);
                }
                case 3 -> world.crash();
                case 4 -> world.compact();
                case 5 -> world.fault = fault(random, losesProgress);
                case 6, 7 -> answer(random);
                default -> world.turn();
            }
        }
        world.fault = Fault.NONE;
        drain();
        return expected;
    }

    private static Fault fault(SplittableRandom random, boolean losesProgress) {
        return losesProgress
                ? Fault.PROGRESS_LOST
                : random.nextBoolean() ? Fault.BEFORE_COMMIT : Fault.AFTER_COMMIT;
    }

    private void answer(SplittableRandom random) {
        if (world.unanswered.isEmpty()) {
            return;
        }
        int index = random.nextInt(world.unanswered.size());
        switch (random.nextInt(8)) {
            case 0 -> world.fail(index, "server_error");
            case 1 -> world.fail(index, "validation_error");
            default -> world.succeed(index);
        }
    }
}
