package dev.millrace.router.documents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.CacheMode;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.job.SplitOptions;
import dev.millrace.contracts.job.SplitOptions.OnFailedPart;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.policy.RuleCache;
import dev.millrace.router.classify.token.TokenCounter;
import dev.millrace.router.documents.DocumentSplitter.Decision;
import dev.millrace.similarity.chunk.TextSpan;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DocumentSplitterTest {
    private static final Model GPT = Catalog.shipped().find("gpt-4.1").orElseThrow();
    private static final Model UNKNOWN = Model.of("other", "p", Price.of("1", "2"));

    private static Document document(String text) {
        byte[] record =
                """
                {"custom_id":"c","url":"/v1/chat/completions","body":{"model":"m","messages":[\
                {"role":"user","content":%s}]}}"""
                        .formatted(JsonBytes.quoted(text))
                        .getBytes(UTF_8);
        var line = RequestParser.parse(record).accepted();
        return Document.of(line).orElseThrow();
    }

    private static String prose(int sentences) {
        return IntStream.range(0, sentences)
                .mapToObj(it -> "Day " + it + " was long, and nothing happened." + space(it))
                .collect(Collectors.joining());
    }

    private static String space(int sentence) {
        return sentence % 6 == 5 ? "\n\n" : " ";
    }

    private static SplitOptions options(@Nullable Integer size, @Nullable Integer overlap) {
        return new SplitOptions(size, overlap, null, OnFailedPart.FAIL);
    }

    private static CallRoom callRoom(long tokens, long answerTokens) {
        return new CallRoom(tokens, answerTokens, Long.MAX_VALUE);
    }

    private static SplitPlan split(
            Document document, SplitOptions options, long room, Model model) {
        return ((Decision.Split)
                        DocumentSplitter.split(document, options, callRoom(room, 100), model))
                .plan();
    }

    @Nested
    class TheRoomOfAPart {
        @Test
        void isUnknownWithoutAWindow() {
            assertThat(DocumentSplitter.room(UNKNOWN, 0, 0)).isEqualTo(Long.MAX_VALUE);
        }

        @Test
        void leavesSpaceForPromptAndAnswer() {
            assertThat(DocumentSplitter.room(GPT, 0, 0)).isEqualTo((long) (1_047_576 * 0.95));
            assertThat(DocumentSplitter.room(GPT, 30_000, 400_000))
                    .isEqualTo((long) (1_047_576 * 0.98) - 430_000);
        }
    }

    @Nested
    class ADocument {
        @Test
        void thatFitsIsWhole() {
            assertThat(
                            DocumentSplitter.split(
                                    document(prose(10)),
                                    options(null, null),
                                    callRoom(1_000, 100),
                                    GPT))
                    .isEqualTo(new Decision.Whole());
        }

        @Test
        void withTooManyPartsIsRefused() {
            assertThat(
                            DocumentSplitter.split(
                                    document(prose(12_000)),
                                    options(100, 0),
                                    callRoom(1_000, 100),
                                    GPT))
                    .isInstanceOfSatisfying(
                            Decision.TooManyParts.class,
                            it -> assertThat(it.parts()).isGreaterThan(1_000));
        }

        @Test
        void isDividedAtParagraphsAndRepeatsTwoPercent() {
            String text = prose(2_000);
            List<TextSpan> parts = split(document(text), options(1_000, null), 5_000, GPT).parts();

            assertThat(parts).hasSizeGreaterThan(20);
            for (int i = 1; i < parts.size(); i++) {
                assertThat(text.substring(0, parts.get(i - 1).end())).endsWith("happened.");
                assertThat(parts.get(i).start()).isLessThan(parts.get(i - 1).end());
            }
        }

        @Test
        void getsPartsThatFillTheRoom() {
            assertThat(split(document(prose(2_000)), options(null, 0), 5_000, GPT).parts())
                    .hasSizeBetween(5, 6);
        }
    }

    @Nested
    class TheAnswersThatOneCallJoins {
        private Decision split(String reduce, long room, Model model) {
            return DocumentSplitter.split(
                    document(prose(500)),
                    new SplitOptions(500, null, reduce, OnFailedPart.FAIL),
                    callRoom(room, 1_000),
                    model);
        }

        @Test
        void fitIntoTheTopicOfTheModel() {
            var decision =
                    DocumentSplitter.split(
                            document(prose(500)),
                            new SplitOptions(500, null, "Join!", OnFailedPart.FAIL),
                            new CallRoom(100_000, 100, 10_000),
                            GPT);
            SplitPlan plan = ((Decision.Split) decision).plan();

            assertThat(plan.joinedTokens()).isBetween(1_000, 10_000 / 8);
        }

        @Test
        void shareTheRoomWithThePromptThatJoinsThem() {
            String reduce = "Join these answers. ".repeat(500);
            int tokens = TokenCounter.textCounter(GPT).applyAsInt(reduce);

            assertThat(split(reduce, 5_000, GPT))
                    .isInstanceOfSatisfying(
                            Decision.Split.class,
                            it -> assertThat(it.plan().joinedTokens()).isEqualTo(5_000 - tokens));
        }

        @Test
        void needSpaceBesideThePromptThatJoinsThem() {
            assertThat(split("Join these answers. ".repeat(500), 2_000, GPT))
                    .isInstanceOf(Decision.PromptTooLong.class);
        }

        @Test
        void areTwoAtLeastWithAnUnknownWindow() {
            assertThat(split("Join.", Long.MAX_VALUE, UNKNOWN))
                    .isInstanceOfSatisfying(
                            Decision.Split.class,
                            it ->
                                    assertThat(it.plan().joinedTokens())
                                            .isGreaterThanOrEqualTo(2_000));
        }
    }

    @Property(tries = 100)
    void partsCoverTheDocumentWithinTheirSize(
            @ForAll @IntRange(min = 200, max = 3_000) int size,
            @ForAll @IntRange(min = 500, max = 2_000) int sentences,
            @ForAll boolean isOpenAi) {
        Model model = isOpenAi ? GPT : UNKNOWN;
        String text = prose(sentences);
        ToIntFunction<String> counter = TokenCounter.textCounter(model);
        List<TextSpan> parts = split(document(text), options(size, null), 1_000_000, model).parts();

        int covered = 0;
        for (TextSpan part : parts) {
            assertThat(counter.applyAsInt(part.of(text))).isLessThanOrEqualTo(size);
            // Only white space between two parts can be missing.
            assertThat(part.start()).isLessThanOrEqualTo(covered + 2);
            covered = part.end();
        }
        assertThat(text.substring(covered)).isBlank();
    }

    @Test
    void threeMillionTokensAreDividedForAWindowOfTwoMillion() {
        String text = prose(300_000);
        assertThat(TokenCounter.textCounter(GPT).applyAsInt(text)).isGreaterThan(2_500_000);

        List<TextSpan> parts = split(document(text), options(null, null), 1_900_000, GPT).parts();

        assertThat(parts).hasSize(2);
        String repeated = text.substring(parts.getLast().start(), parts.getFirst().end());
        assertThat(TokenCounter.textCounter(GPT).applyAsInt(repeated)).isBetween(45_000, 50_000);
    }

    @Test
    void planSurvivesARoundTrip() {
        SplitPlan plan =
                split(document(prose(500)), options(1_000, null), 5_000, GPT)
                        .with(new RuleCache(Optional.of(CacheMode.EXACT), Optional.of(true)));

        assertThat(SplitPlan.parse(plan.text())).isEqualTo(plan);
        assertThat(plan.calls()).isEqualTo(plan.parts().size() + plan.joins());
    }

    @Test
    void longestBytesBoundEachPart() {
        Document document = document(prose(500) + "\u0001\"\\ä漢".repeat(500));
        SplitPlan plan = split(document, options(1_000, null), 1_000, GPT);
        long bound = DocumentSplitter.longestBytes(document, plan);

        assertThat(plan.parts())
                .allSatisfy(
                        it ->
                                assertThat(
                                                (long)
                                                        JsonBytes.quoted(it.of(document.text()))
                                                                .getBytes(UTF_8)
                                                                .length)
                                        .isLessThanOrEqualTo(bound));
    }
}
