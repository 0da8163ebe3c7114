package dev.millrace.router.classify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.classify.body.RequestBody;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuestionScanTest {
    private static QuestionScan scan(String text) {
        return QuestionScan.of(RequestBody.of(Requests.chat(text)).question());
    }

    @Property
    void wordsNeverExceedCharacters(@ForAll String text) {
        assertThat(scan(text).words()).isBetween(0L, (long) text.length());
    }

    @Nested
    class Words {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                ignoreLeadingAndTrailingWhitespace = false,
                value = {
                    "''|0",
                    "'   '|0",
                    "... -- !?|0",
                    "one|1",
                    " one  two\tthree|3",
                    "don't stop|2",
                    "a well-known rule|3",
                    "see https://example.org/a/b?c=d now|3",
                    "this and/or that|3",
                    "one - two|2",
                    "3 apples, 2.5 pears|4",
                    "naïve café|2",
                    "добрый день|2",
                    "안녕 하세요|2",
                    "🙂 🙂|0",
                    "one\u00a0two\u3000three|3",
                    "_ __|0",
                })
        void wordsAreSeparatedByWhiteSpace(String text, int words) {
            assertThat(scan(text).words()).isEqualTo(words);
        }

        @ParameterizedTest
        @CsvSource({
            // 28 letters at 1.45, 21 at 2.19, 55 letters and marks at 5.21.
            "人人生而自由在尊严和权利上一律平等他们赋有理性和良心并应, 19",
            "すべての人間は生まれながらにして自由であり, 9",
            "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์, 10",
            "好, 1",
            "请 analyze 这个 text, 4",
            "请analyze这个text, 4",
        })
        void lettersWithoutSpacesCountAsEnglishWords(String text, int words) {
            assertThat(scan(text).words()).isEqualTo(words);
        }

        @Test
        void wordsEndAtChinesePunctuation() {
            assertThat(scan("one，two。three").words()).isEqualTo(3);
        }
    }

    @Nested
    class Keywords {
        static Stream<Arguments> all() {
            return Stream.of(Keyword.values())
                    .flatMap(it -> it.words().stream().map(word -> Arguments.of(it, word)));
        }

        @ParameterizedTest
        @MethodSource("all")
        void keywordIsFoundBetweenPunctuation(Keyword keyword, String word) {
            assertThat(
                            List.of(
                                    word,
                                    word.toUpperCase(Locale.ROOT),
                                    "please, " + word + "!",
                                    "(" + word + ")",
                                    word + "-to",
                                    word + "'s",
                                    "中" + word + "文",
                                    "“" + word + "”",
                                    "one/" + word))
                    .allSatisfy(text -> assertThat(scan(text).has(keyword)).isTrue());
        }

        @ParameterizedTest
        @MethodSource("all")
        void partOfAWordIsNoKeyword(Keyword keyword, String word) {
            assertThat(
                            List.of(
                                    "x" + word,
                                    word + "é",
                                    "_" + word,
                                    word + "2",
                                    word + "xyzxyzxyzxyzxyzxyz"))
                    .allSatisfy(text -> assertThat(scan(text).has(keyword)).isFalse());
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "show me",
                    "however",
                    "somehow",
                    "analyst",
                    "analysis",
                    "comparison",
                    "evaluation",
                    "explanation",
                    "derivative",
                    "anyway",
                    "insurgent",
                    "detergent",
                    "urgency",
                })
        void similarWordIsNoKeyword(String text) {
            assertThat(scan(text).has(Keyword.REASONING)).isFalse();
            assertThat(scan(text).has(Keyword.URGENCY)).isFalse();
        }

        @Test
        void keywordIsFoundBetweenJsonEscapes() {
            assertThat(scan("first line\nwhy\ttabs").has(Keyword.REASONING)).isTrue();
        }
    }

    @Nested
    class Tasks {
        @Test
        void firstTaskWordDecides() {
            assertThat(scan("Summarize this, then translate it").firstTask())
                    .isEqualTo(Keyword.SUMMARIZATION);
        }

        @Test
        void taskWordsInCodeAreSkipped() {
            assertThat(scan("Do it:\n```\ntranslate(x)\n```\nand extract it").firstTask())
                    .isEqualTo(Keyword.EXTRACTION);
        }

        @Test
        void reasoningAndUrgencyNameNoTask() {
            assertThat(scan("explain why, asap").firstTask()).isNull();
        }

        @Test
        void codeBlockNeedsThreeBackticks() {
            assertThat(scan("x ```y``` z").hasCodeBlock()).isTrue();
            assertThat(scan("x ``y`` `z`").hasCodeBlock()).isFalse();
        }
    }
}
