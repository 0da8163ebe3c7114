package dev.millrace.retrieval.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.millrace.retrieval.catalog.EmbeddingWorld.Fault;
import dev.millrace.retrieval.embedding.DocumentVectors.Embedded;
import dev.millrace.retrieval.embedding.DocumentVectors.Failed;
import dev.millrace.testwaits.Seeds;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
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
            while (!world.jobs.unanswered.isEmpty()) {
                world.jobs.succeed(0);
            }
            world.turn();
            if (world.jobs.unanswered.isEmpty()) {
                world.pass(LONGEST_BACKOFF);
            }
        }
    }

    @Test
    void vectorsOfADocumentComeFromJobsOfTenPassages() {
        world.put("a", 25);
        drain();
        assertThat(world.jobs.count()).isEqualTo(3);
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
            world.jobs.succeed(0);
            world.turn();
        }
        world.crash();
        drain();
        assertThat(world.jobs.count()).isEqualTo(3);
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
        assertThat(world.jobs.count()).isEqualTo(2);
        assertThat(world.joined()).containsOnlyKeys("a", "b");
    }

    @Test
    void documentsOfARecreatedTopicGetVectorsOfTheNewSpace() {
        world.put("old", 1);
        drain();
        world.recreateDocuments();
        world.put("a", 1);
        world.put("b", 1);
        drain();
        assertThat(world.joined()).containsOnlyKeys("a", "b");
    }

    @Test
    void anOutageRepeatsOnlyTheJobsThatFailed() {
        world.put("a", 25);
        world.turn();
        world.jobs.fail(0, "server_error");
        world.jobs.succeed(0);
        world.jobs.succeed(0);
        world.turn();
        assertThat(world.problem()).hasValue("server_error: no");
        world.pass(LONGEST_BACKOFF);
        world.turn();
        assertThat(world.jobs.unanswered).hasSize(1);
        drain();
        assertThat(world.jobs.mostOften()).isEqualTo(1);
        assertThat(world.jobs.count()).isEqualTo(3);
    }

    @Test
    void aRefusedDocumentDoesNotStopTheOthers() {
        world.put("a", 1);
        world.put("b", 1);
        world.turn();
        world.jobs.fail(0, "budget_exceeded");
        drain();
        assertThat(world.joined().get("a")).isEqualTo(new Failed("budget_exceeded", "no"));
        assertThat(world.joined().get("b")).isInstanceOf(Embedded.class);
    }

    @Test
    void aTenantWithoutARequestTopicGetsNoJobs() {
        world.acceptsTenants = false;
        world.put("a", 1);
        world.turn();
        assertThat(world.jobs.unanswered).isEmpty();
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

    @Test
    void aDocumentThatIsAddedAgainUnchangedIsNotPaidAgain() {
        world.put("a", 25);
        world.put("b", 5);
        drain();
        world.put("a", 25, 0, "another title");
        world.put("b", 5, 1, "another text");
        world.put("c", 1);
        drain();
        assertThat(world.jobs.count()).isEqualTo(6);
        assertThat(world.joined()).containsOnlyKeys("a", "b", "c");
        assertThat(areVectors("a", 25, 0) && areVectors("b", 5, 1)).isTrue();
    }

    @Test
    void aSuccessorAwaitsOnlyJobsThatWerePublished() {
        world.put("a", 1);
        drain();
        world.put("a", 1);
        world.put("b", 1);
        while (world.jobs.unanswered.isEmpty()) {
            world.turn();
        }
        world.loseIndex();
        drain();
        assertThat(world.jobs.count()).isEqualTo(2);
        assertThat(world.joined()).containsOnlyKeys("a", "b");
    }

    @Test
    void aDocumentWaitsForTheIndexOnlyForAWhile() {
        world.put("a", 1);
        drain();
        world.isIndexing = false;
        world.put("a", 1);
        world.turn();
        world.turn();
        assertThat(world.jobs.unanswered).isEmpty();
        world.pass(EmbeddingLoop.INDEX_WAIT);
        world.turn();
        assertThat(world.jobs.unanswered).hasSize(1);
    }

    @Test
    void aRefusedDocumentIsTriedAgainIfItIsAddedAgain() {
        world.put("a", 1);
        world.turn();
        world.jobs.fail(0, "budget_exceeded");
        drain();
        world.put("a", 1);
        drain();
        assertThat(areVectors("a", 1, 0)).isTrue();
    }

    private boolean areVectors(String id, int passages, int version) {
        return world.joined().get(id) instanceof Embedded(var vectors)
                && PaidJobs.areVectors(vectors, passages, version);
    }

    private record Version(int passages, int number) {}

    @Seeds(8)
    void noPassageIsPaidTwiceWhateverFails(long seed) {
        var history = new EmbeddingLoopTest();
        Map<String, Version> expected = history.simulate(new SplittableRandom(seed), false);
        assertThat(history.world.jobs.mostOften()).isLessThanOrEqualTo(1);
        assertThat(history.world.paidAgain()).isZero();
        assertThat(history.world.joined()).containsOnlyKeys(expected.keySet());
        assertThat(expected)
                .allSatisfy(
                        (id, it) ->
                                assertThat(
                                                history.world.joined().get(id) instanceof Failed
                                                        || history.areVectors(
                                                                id, it.passages(), it.number()))
                                        .isTrue());
    }

    @Test
    void theSimulationFindsLostProgress() {
        int most = 0;
        for (int seed = 0; seed < 20 && most < 2; seed++) {
            var faulty = new EmbeddingLoopTest();
            faulty.simulate(new SplittableRandom(seed), true);
            most = faulty.world.jobs.mostOften();
        }
        assertThat(most).isGreaterThan(1);
    }

    @Test
    void theSimulationFindsThatTheIndexIsNotAwaited() {
        int again = 0;
        for (int seed = 0; seed < 100 && again == 0; seed++) {
            var faulty = new EmbeddingLoopTest();
            faulty.world.trustsLateIndex = true;
            faulty.simulate(new SplittableRandom(seed), false);
            again = faulty.world.paidAgain();
        }
        assertThat(again).isPositive();
    }

    /** Returns the last version of each document at the end. */
    private Map<String, Version> simulate(SplittableRandom random, boolean losesProgress) {
        var expected = new HashMap<String, Version>();
        for (int step = 0; step < 500; step++) {
            String id = "d" + random.nextInt(6);
            switch (random.nextInt(14)) {
                case 0, 1 -> {
                    var version = new Version(1 + random.nextInt(30), random.nextInt(3));
                    world.put(id, version.passages(), version.number(), "title");
                    expected.put(id, version);
                }
                case 2 -> {
                    world.delete(id);
                    expected.remove(id);
                }
                case 3 -> world.crash();
                case 4 -> world.compact();
                case 5 -> world.fault = fault(random, losesProgress);
                case 6, 7 -> answer(random);
                case 8, 9 -> addAgain(expected, random);
                case 10 -> world.isIndexing = random.nextInt(3) == 0;
                default -> world.turn();
            }
        }
        world.fault = Fault.NONE;
        world.isIndexing = true;
        drain();
        return expected;
    }

    /** Adds a document again with an unchanged text. */
    private void addAgain(Map<String, Version> expected, SplittableRandom random) {
        String id = "d" + random.nextInt(6);
        @Nullable Version version = expected.get(id);
        if (version != null) {
            world.put(id, version.passages(), version.number(), "title " + random.nextInt(9));
        }
    }

    private static Fault fault(SplittableRandom random, boolean losesProgress) {
        return losesProgress
                ? Fault.PROGRESS_LOST
                : random.nextBoolean() ? Fault.BEFORE_COMMIT : Fault.AFTER_COMMIT;
    }

    private void answer(SplittableRandom random) {
        if (world.jobs.unanswered.isEmpty()) {
            return;
        }
        int index = random.nextInt(world.jobs.unanswered.size());
        switch (random.nextInt(8)) {
            case 0 -> world.jobs.fail(index, "server_error");
            case 1 -> world.jobs.fail(index, "validation_error");
            default -> world.jobs.succeed(index);
        }
    }
}
