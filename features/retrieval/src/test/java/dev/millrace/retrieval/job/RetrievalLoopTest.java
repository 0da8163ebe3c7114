package dev.millrace.retrieval.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.retrieval.job.RetrievalWorld.Fault;
import dev.millrace.testwaits.Seeds;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("slow")
class RetrievalLoopTest {
    private static final String SHOP = "{\"collection\":\"shop\",\"top_k\":1}";

    @TempDir private Path folder;
    private RetrievalWorld world;

    @BeforeEach
    void open() {
        world = new RetrievalWorld(folder);
        world.add("acme", "shop", "returns", "goods can be sent back for thirty days");
        world.add("globex", "shop", "secret", "goods can be sent back for ninety days");
    }

    @AfterEach
    void close() {
        world.close();
    }

    private String passages(int job) {
        return MillraceHeaders.text(world.retrieved.get(job).headers(), MillraceHeaders.PASSAGES)
                .orElse("none");
    }

    private String error(int job) {
        return MillraceHeaders.text(
                        world.retrieved.get(job).headers(), MillraceHeaders.RETRIEVAL_ERROR)
                .orElse("none");
    }

    private String value(int job) {
        return new String(world.retrieved.get(job).value(), UTF_8);
    }

    private void run() {
        for (int turn = 0; turn < 100 && !world.isDone(); turn++) {
            world.turn();
        }
        assertThat(world.isDone()).isTrue();
    }

    @Nested
    class AJob {
        @Test
        void getsThePassagesOfItsTenant() {
            world.ask("acme", "a", "are goods sent back", SHOP);
            run();

            assertThat(passages(0)).contains("\"document\":\"returns\"");
            assertThat(value(0)).contains("thirty days").doesNotContain("ninety");
            assertThat(
                            MillraceHeaders.text(
                                    world.retrieved.getFirst().headers(),
                                    MillraceHeaders.RETRIEVAL_OFFSET))
                    .contains("0");
        }

        @Test
        void ofAnUnknownCollectionGetsAnError() {
            world.ask("acme", "a", "are goods sent back", "{\"collection\":\"none\"}");
            run();

            assertThat(error(0))
                    .isEqualTo(
                            "validation_error tenant \"acme\" has no documents in collection"
                                    + " \"none\"; \"millrace documents add\" adds some, to at"
                                    + " most 100 collections of a tenant");
            assertThat(passages(0)).isEqualTo("none");
        }

        @Test
        void ofACollectionWhoseDocumentsWereDeletedGetsAnError() {
            world.add("acme", "old", "x", "text");
            world.delete("acme", "old", "x");
            world.ask("acme", "a", "text", "{\"collection\":\"old\"}");
            run();

            assertThat(error(0)).contains("has no documents");
        }

        @Test
        void whoseFilterFindsNothingIsAnsweredWithoutACall() {
            askWithoutHits("");
            run();

            assertThat(passages(0)).contains("\"passages\":[],\"on_empty\":\"answer\"");
            assertThat(answer(0)).contains("No passage of the documents was found");
            assertThat(value(0))
                    .isEqualTo(new String(world.retrieved.getFirst().job().value(), UTF_8));
        }

        @Test
        void withoutPassagesGetsTheAnswerThatItNames() {
            askWithoutHits(",\"empty_answer\":\"{}\"");
            run();

            assertThat(answer(0)).isEqualTo("{}");
        }

        @Test
        void withoutPassagesIsCalledIfItWantsTo() {
            askWithoutHits(",\"on_empty\":\"call\"");
            run();

            assertThat(passages(0)).contains("\"passages\":[],\"on_empty\":\"call\"");
            assertThat(value(0)).contains("No sources were found.");
            assertThat(answer(0)).isEqualTo("none");
        }

        @Test
        void withoutPassagesFailsIfItWantsTo() {
            askWithoutHits(",\"on_empty\":\"fail\"");
            run();

            assertThat(error(0))
                    .isEqualTo(
                            "validation_error no passage of collection \"shop\" was found with the"
                                    + " filter lang=fr; change the question or the filter, or set"
                                    + " on_empty");
        }

        @Test
        void withPassagesIsCalledWhateverItSaysAboutNone() {
            world.ask(
                    "acme",
                    "a",
                    "are goods sent back",
                    "{\"collection\":\"shop\",\"on_empty\":\"fail\"}");
            run();

            assertThat(error(0)).isEqualTo("none");
            assertThat(passages(0)).contains("\"document\":\"returns\"").doesNotContain("on_empty");
        }

        private void askWithoutHits(String more) {
            world.ask(
                    "acme",
                    "a",
                    "are goods sent back",
                    "{\"collection\":\"shop\",\"filter\":{\"lang\":\"fr\"}" + more + "}");
        }

        private String answer(int job) {
            return MillraceHeaders.text(
                            world.retrieved.get(job).headers(), MillraceHeaders.RETRIEVAL_ANSWER)
                    .orElse("none");
        }

        @Test
        void thatBecomesTooLongGetsAnError() {
            world.ask("acme", "a", "back " + "x".repeat(9_800), SHOP);
            run();

            assertThat(error(0)).contains("more than topics.max_request_bytes = 10,000");
        }

        @Test
        void waitsWhileTheIndexIsClosed() {
            world.ask("acme", "a", "are goods sent back", SHOP);
            world.closeDocuments();
            world.turn();
            world.turn();
            assertThat(world.retrieved).isEmpty();

            world.openDocuments();
            run();
            assertThat(passages(0)).contains("\"document\":\"returns\"");
        }

        @Test
        void inALanguageWithManyWordsGetsItsPassages() {
            world.ask("acme", "a", "保".repeat(1_900) + " goods", SHOP);
            run();

            assertThat(error(0)).isEqualTo("none");
        }

        @Test
        void waitsUntilEarlierDocumentsAreIndexed() {
            world.areDocumentsIndexed = false;
            world.add("acme", "shop", "late", "late goods");
            world.ask("acme", "a", "late", SHOP);
            world.turn();
            world.turn();
            assertThat(world.retrieved).isEmpty();
            assertThat(world.loop.held()).isEqualTo(1);
            assertThat(held()).isEqualTo(1);

            world.indexAll();
            run();
            assertThat(passages(0)).contains("\"document\":\"late\"");
            assertThat(held()).isZero();
        }

        @Test
        void isNotHeldAfterTheLossOfItsPartitionOrItsLoop() {
            world.areDocumentsIndexed = false;
            world.add("acme", "shop", "late", "late goods");
            world.ask("acme", "a", "late", SHOP);
            world.turn();
            world.crash();
            assertThat(held()).isZero();

            world.turn();
            assertThat(held()).isEqualTo(1);
            world.rebalance();
            world.turn();
            assertThat(held()).isZero();
            world.indexAll();
        }

        private double held() {
            return world.meters.get("millrace.retrieval.jobs.held").gauge().value();
        }
    }

    @Nested
    class AnEqualSearch {
        @Test
        void isAnsweredFromMemoryUntilTheCollectionChanges() {
            for (String id : List.of("a", "b")) {
                world.ask("acme", id, "goods back", SHOP);
            }
            run();
            assertThat(cached()).isEqualTo(1);

            world.add("acme", "shop", "better", "goods back goods back");
            world.ask("acme", "c", "goods back", SHOP);
            run();
            assertThat(cached()).isEqualTo(1);
            assertThat(passages(2)).contains("\"document\":\"better\"");
        }

        @Test
        void isNotAnsweredFromMemoryAfterTheIndexWasOpenedAgain() {
            world.reopenDocuments();
            world.ask("acme", "a", "goods back", SHOP);
            run();
            world.delete("acme", "shop", "returns");
            world.add("acme", "shop", "other", "nothing else");
            world.reopenDocuments();
            world.ask("acme", "b", "goods back", SHOP);
            run();

            assertThat(passages(1)).contains("\"document\":\"other\"");
        }

        @Test
        void ofAnotherTenantIsAnotherSearch() {
            world.ask("acme", "a", "goods back", SHOP);
            world.ask("globex", "b", "goods back", SHOP);
            run();

            assertThat(cached()).isZero();
            assertThat(passages(1)).contains("\"document\":\"secret\"");
        }

        private double cached() {
            return world.meters.get("millrace.retrieval.cached").counter().count();
        }
    }

    @Nested
    class AFailedWrite {
        @ParameterizedTest
        @EnumSource(names = {"BEFORE_COMMIT", "AFTER_COMMIT"})
        void givesEachJobItsPassagesOnce(Fault fault) {
            ask(7);
            world.fault = fault;
            run();

            assertThat(ids()).containsExactlyElementsOf(expected(7));
        }

        /** Shows that the tests of this class can fail. */
        @Test
        void thatLosesTheProgressIsSeen() {
            ask(7);
            world.fault = Fault.PROGRESS_LOST;
            run();

            assertThat(ids()).hasSizeGreaterThan(7);
        }

        @Seeds(200)
        void orARebalanceInAnyOrderLosesAndRepeatsNothing(long seed) {
            var history = new RetrievalLoopTest();
            history.world = new RetrievalWorld(folder.resolve("seed-" + seed));
            history.new AFailedWrite().disturbAndCheck(new SplittableRandom(seed));
            history.close();
        }

        private void disturbAndCheck(SplittableRandom random) {
            world.add("acme", "shop", "a", "goods");
            int jobs = 1 + random.nextInt(12);
            ask(jobs);
            for (int turn = 0; turn < 400 && !world.isDone(); turn++) {
                disturb(random);
                world.turn();
            }
            world.indexAll();
            run();

            assertThat(ids()).containsExactlyElementsOf(expected(jobs));
        }

        private void disturb(SplittableRandom random) {
            switch (random.nextInt(8)) {
                case 0 -> world.fault = Fault.BEFORE_COMMIT;
                case 1 -> world.fault = Fault.AFTER_COMMIT;
                case 2 -> world.crash();
                case 3 -> world.rebalance();
                case 4 -> {
                    world.areDocumentsIndexed = false;
                    world.add("acme", "shop", "b", "more goods");
                }
                case 5 -> world.indexAll();
                default -> {}
            }
        }

        private void ask(int jobs) {
            for (String id : expected(jobs)) {
                world.ask("acme", id, "goods", SHOP);
            }
        }

        private List<String> expected(int jobs) {
            return IntStream.range(0, jobs).mapToObj(it -> "job-" + it).toList();
        }

        private List<String> ids() {
            return world.retrieved.stream().map(it -> new String(it.job().key(), UTF_8)).toList();
        }
    }
}
