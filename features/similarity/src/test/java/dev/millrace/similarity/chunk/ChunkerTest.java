package dev.millrace.similarity.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.similarity.embedding.EmbeddingModel;
import java.util.List;
import java.util.StringTokenizer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ChunkerTest {
    private static final Chunker BY_WORDS = chunker(20, 5);

    private static Chunker chunker(int tokens, int overlap) {
        return new Chunker(
                new ChunkSizes(tokens, overlap), text -> new StringTokenizer(text).countTokens());
    }

    private static List<String> passages(Chunker chunker, String text) {
        return chunker.chunks(text).stream().map(it -> it.of(text)).toList();
    }

    private static String sentence(int words, String word) {
        return IntStream.range(0, words)
                .mapToObj(_ -> word)
                .collect(Collectors.joining(" ", "", "."));
    }

    @Nested
    class ShortText {
        @Test
        void isOnePassage() {
            assertThat(passages(BY_WORDS, "  One.\n\nTwo. \n")).containsExactly("One.\n\nTwo.");
        }

        @Test
        void hasNoPassageIfBlank() {
            assertThat(BY_WORDS.chunks(" \n\n\t")).isEmpty();
        }
    }

    @Nested
    class LongText {
        @Test
        void isDividedAtParagraphsThatLeavePassagesHalfFull() {
            String first = sentence(12, "A");
            String second = sentence(6, "B") + " " + sentence(6, "C");

            assertThat(passages(BY_WORDS, first + "\n\n" + second)).containsExactly(first, second);
        }

        @Test
        void isDividedAtSentencesAndRepeatsTheLastOnes() {
            String first = sentence(15, "A");
            String last = sentence(4, "B");
            String next = sentence(10, "C");

            assertThat(passages(BY_WORDS, first + " " + last + " " + next))
                    .containsExactly(first + " " + last, last + " " + next);
        }

        @Test
        void repeatsNothingThatDoesNotFit() {
            String first = sentence(15, "A");
            String last = sentence(4, "B");
            String next = sentence(18, "C");

            assertThat(passages(BY_WORDS, first + " " + last + " " + next))
                    .containsExactly(first + " " + last, next);
        }

        @Test
        void isDividedBetweenWordsOfALongSentence() {
            List<String> passages = passages(chunker(20, 0), sentence(50, "word"));

            assertThat(passages).hasSizeGreaterThan(2);
            assertThat(String.join(" ", passages)).isEqualTo(sentence(50, "word"));
        }

        @Test
        void isDividedInsideAWordThatIsTooLong() {
            assertThat(passages(BY_WORDS, "x".repeat(1000)))
                    .allSatisfy(it -> assertThat(it.length()).isBetween(40, 160))
                    .satisfies(it -> assertThat(String.join("", it)).isEqualTo("x".repeat(1000)));
        }
    }

    @Nested
    class PartsOfADocument {
        private static Chunker parts(int tokens, int overlap) {
            return Chunker.ofParts(
                    new ChunkSizes(tokens, overlap),
                    text -> new StringTokenizer(text).countTokens());
        }

        @Test
        void repeatSentencesOfEarlierParagraphs() {
            String first = sentence(15, "A");
            String last = sentence(4, "B");
            String next = sentence(10, "C");

            assertThat(passages(parts(20, 5), first + "\n\n" + last + "\n\n" + next))
                    .containsExactly(first + "\n\n" + last, last + "\n\n" + next);
        }

        @Test
        void areFilledWithPiecesOfAnEndlessSentence() {
            String list = "word ".repeat(10_000);

            assertThat(passages(parts(2_000, 0), list))
                    .hasSizeBetween(5, 6)
                    .allSatisfy(
                            it ->
                                    assertThat(new StringTokenizer(it).countTokens())
                                            .isLessThanOrEqualTo(2_000));
        }

        @Test
        void countTheWhiteSpaceBetweenSentences() {
            Chunker byLines =
                    Chunker.ofParts(new ChunkSizes(20, 0), text -> (int) text.lines().count());
            String lines = "a\n\n\n\n".repeat(20);

            assertThat(passages(byLines, lines))
                    .allSatisfy(it -> assertThat(it.lines().count()).isLessThanOrEqualTo(20));
        }

        @Test
        void dividedByARepeatedEndlessWordAreCountedOnce() {
            var counted = new AtomicLong();
            Chunker chunker =
                    Chunker.ofParts(
                            new ChunkSizes(1_000, 20),
                            text -> {
                                counted.addAndGet(text.length());
                                return text.length();
                            });

            assertThat(chunker.chunks("x".repeat(1_000_000))).hasSizeGreaterThan(999);
            assertThat(counted.get()).isLessThan(8_000_000);
        }
    }

    @Provide
    static Arbitrary<String> texts() {
        Arbitrary<String> pieces =
                Arbitraries.of(
                        "word",
                        "Sentence.",
                        "Is it?",
                        "\n\n",
                        "\n",
                        " ",
                        "\u3000",
                        "漢字",
                        "𝒳",
                        "…",
                        "e\u0301",
                        "3.14",
                        "\r\n \r\n",
                        "x".repeat(90),
                        "end. ",
                        "ÄÖ");
        return pieces.list()
                .ofMaxSize(200)
                .map(it -> it.stream().collect(Collectors.joining(it.size() % 2 == 0 ? " " : "")));
    }

    @Property
    void passagesContainEverythingInOrder(@ForAll("texts") String text) {
        List<TextSpan> spans = BY_WORDS.chunks(text);

        int covered = 0;
        int start = -1;
        for (TextSpan span : spans) {
            assertThat(span.start()).isGreaterThan(start);
            start = span.start();
            if (start > covered) {
                assertThat(text.substring(covered, start)).isBlank();
            }
            assertThat(span.end()).isGreaterThan(covered);
            covered = span.end();
        }
        assertThat(text.substring(covered)).isBlank();
    }

    @Property
    void partsContainEverythingAndRepeatNoMoreThanTheOverlap(@ForAll("texts") String text) {
        List<TextSpan> spans = PartsOfADocument.parts(20, 5).chunks(text);

        int covered = 0;
        int start = -1;
        for (TextSpan span : spans) {
            assertThat(span.start()).isGreaterThan(start);
            start = span.start();
            if (start > covered) {
                assertThat(text.substring(covered, start)).isBlank();
            } else {
                assertThat(new StringTokenizer(text.substring(start, covered)).countTokens())
                        .isLessThanOrEqualTo(5);
            }
            assertThat(new StringTokenizer(span.of(text)).countTokens()).isLessThanOrEqualTo(20);
            assertThat(span.end()).isGreaterThan(covered);
            covered = span.end();
        }
        assertThat(text.substring(covered)).isBlank();
    }

    @Property(tries = 300)
    void modelReadsEachPassageWhole(@ForAll("texts") String text) {
        for (var sizes : List.of(ChunkSizes.DEFAULT, new ChunkSizes(Model.MOST - 1, 127))) {
            var chunker = new Chunker(sizes, it -> Model.tokens(it));

            assertThat(passages(chunker, text.repeat(20)))
                    .allSatisfy(it -> assertThat(Model.tokens(it)).isLessThan(Model.MOST))
                    .allSatisfy(it -> assertThat(Character.isLowSurrogate(it.charAt(0))).isFalse());
        }
    }

    /** The tokenizer of the real model, loaded once. */
    private static final class Model {
        static final int MOST = EmbeddingModel.MAX_TOKENS - 2;
        private static final EmbeddingModel MODEL = EmbeddingModel.load();

        static int tokens(String text) {
            return MODEL.tokens(text, EmbeddingModel.MAX_TOKENS).length - 2;
        }
    }
}
