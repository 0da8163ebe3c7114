package dev.millrace.standalone.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the rule for patterns with patterns, and with the reads of {@code java.util.regex}. */
class PatternWorkTest {
    private static final int SHORT = 100;
    private static final int LONG = 4 * SHORT;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a*)*",
                "(a|a)*",
                "(a|ab|b)*",
                "(a?)*x",
                "([a-z]+,?)*x",
                "(?:a+)+",
                "a*a*",
                "a*[ab]a*",
                "\\d*[1-9]\\d*",
                ".*a.*",
                "(.*,)?gzip(,.*)?",
                "\\s*\\n\\s*",
                "\\w+\\d+x",
                "(a*)\\1x",
                "a{0,200}a{0,200}",
                "[^b]*a{5,}",
                "(?i)[a-m]*[K-Z]*[A-C]+x",
                "(?:(?=a*b).)*c",
                "a++(?:a|b)*b[ab]*"
            })
    void patternThatReadsARepetitionInSeveralWaysIsFound(String regex) {
        assertThat(PatternWork.problem(regex, 0, false)).isPresent();
        assertThat(PatternWork.problem(regex, 0, true)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a+b",
                "[.,:]+(?=\\s|$)",
                "[.,:]++$",
                "\\s+$",
                "a*b|a",
                "\\{[^}]*}",
                "</script[^>]*>",
                "(?m)^\\s*\\d+[.)]",
                "(?:-[a-z]+)*-\\d",
                "(?=.*[1-9])[0-9]+",
                "a(?:[ab]+c)?",
                "\\bSELECT\\b.+\\bFROM\\b",
                "a{1,3000}b"
            })
    void repetitionThatASearchReadsFromEachOfItsCharactersIsFound(String regex) {
        assertThat(PatternWork.problem(regex, Pattern.DOTALL, true)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a+b",
                "[a-z][a-z0-9+.-]*://[a-z0-9._-]+",
                "[0-9]+(?:\\.[0-9]+)?",
                "(?:[a-z]+,)*+",
                "(?:a|b|cd){0,9}",
                "(?:ab|ac)*+",
                ".*a",
                "a*b.*",
                "a*+b*+[ab]?",
                "\\w*+\\W*x",
                "(?:(?!\\$\\{).)*",
                "\\d{1,3}(,\\d{3})*(\\.\\d{1,3})?",
                "([a-f]*)-\\1"
            })
    void matchOfAWholeTextHasOneWay(String regex) {
        assertThat(PatternWork.problem(regex, 0, false)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\s+",
                "[^a-z]+",
                "^\\s+x",
                "\\A[a-z]*[0-9]",
                "\"[^\"]*\"",
                "(?<![.,:])[.,:]++(?=\\s|$)",
                "\\b\\w+\\b=",
                "(?m)^\\h*\\d+[.)]\\s",
                "<[a-z]+>",
                "\\$\\{([^}]*)(}?)",
                "\\d+(?:[.,]\\d+)*+",
                "a{1,1000}b",
                "\\R\\h*\\R\\s*",
                "(?s)x.*"
            })
    void searchHasOneWay(String regex) {
        assertThat(PatternWork.problem(regex, 0, true)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"(?:a|b)*", "(?:\\d+,)*x", "x(?:ab?)+", "((?:a|bc),){0,5000}"})
    void repetitionThatOverflowsTheStackIsFound(String regex) {
        assertThat(PatternWork.problem(regex, 0, false)).isPresent();
    }

    @Provide
    Arbitrary<String> regexes() {
        return regexes(4);
    }

    private static Arbitrary<String> regexes(int depth) {
        if (depth == 0) {
            return Arbitraries.of(
                    "a", "b", "[ab]", "[^a]", ".", "ab", "\\w", "(?<!a)", "\\b", "(?=b)", "(?!b)",
                    "$", "^", "a*", "[ab]+", "\\w*+", ".++");
        }
        Arbitrary<String> parts = regexes(depth - 1);
        Arbitrary<String> repeats = Arbitraries.of("*", "+", "?", "*+", "*?", "{2}", "{1,3}");
        return Arbitraries.oneOf(
                parts,
                Combinators.combine(parts, parts).as(String::concat),
                Combinators.combine(parts, parts).as("(?:%s|%s)"::formatted),
                Combinators.combine(parts, repeats).as("(?:%s)%s"::formatted));
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings().withChars("ab c").ofMaxLength(4);
    }

    /** A pattern that reads a repetition once more for each of its characters takes 16 times. */
    @Property
    void readsOfAPatternWithoutProblemGrowWithTheText(
            @ForAll("regexes") String regex,
            @ForAll("texts") String before,
            @ForAll("texts") String repeated,
            @ForAll("texts") String after,
            @ForAll boolean isSearch) {
        Assume.that(PatternWork.problem(regex, 0, isSearch).isEmpty());
        var pattern = Pattern.compile(regex);

        long few = CountedText.reads(pattern, before + repeated.repeat(SHORT) + after, isSearch);
        long many = CountedText.reads(pattern, before + repeated.repeat(LONG) + after, isSearch);

        assertThat(many).as(regex).isLessThanOrEqualTo(8 * few + LONG);
    }
}
