package dev.millrace.router.classify.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.json.JsonBytes;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TextsTest {
    /** The content of a JSON string, with something behind it as in every record. */
    private static Texts ofJson(String... contents) {
        byte[] record = (String.join("\"", contents) + "\"}").getBytes(UTF_8);
        var texts = new Texts(record);
        int start = 0;
        for (String content : contents) {
            int length = content.getBytes(UTF_8).length;
            texts.add(start, start + length);
            start += length + 1;
        }
        return texts;
    }

    private static String content(String text) {
        String quoted = JsonBytes.quoted(JsonBytes.encodable(text));
        return quoted.substring(1, quoted.length() - 1);
    }

    private static String escaped(String text) {
        var json = new StringBuilder();
        text.chars().forEach(unit -> json.append("\\u%04x".formatted(unit)));
        return json.toString();
    }

    @Property
    void readWhatWasWritten(@ForAll String text) {
        assertThat(ofJson(content(text)).decoded()).isEqualTo(JsonBytes.encodable(text));
    }

    @Property
    void readWhatWasWrittenInAsciiOnly(@ForAll String text) {
        assertThat(ofJson(escaped(text)).decoded()).isEqualTo(JsonBytes.encodable(text));
    }

    @Property
    void canBeCutAnywhere(
            @ForAll List<String> parts, @ForAll @IntRange(min = 0, max = 40) int most) {
        Texts texts = ofJson(parts.stream().map(TextsTest::content).toArray(String[]::new));

        Texts outline = texts.outline(most);

        assertThat(outline.bytes()).isLessThanOrEqualTo(Math.min(texts.bytes(), 2L * most));
        assertThat(outline.decoded().codePoints()).allMatch(Character::isValidCodePoint);
    }

    @Property
    void canBeCutWithinEscapes(@ForAll String text, @ForAll @IntRange(min = 0, max = 40) int most) {
        Texts outline = ofJson(escaped(text) + "\\\\u").outline(most);

        assertThat(outline.decoded().codePoints()).allMatch(Character::isValidCodePoint);
    }

    @Nested
    class Escapes {
        @Test
        void areResolved() {
            assertThat(ofJson("a\\n\\t\\r\\b\\f\\\"\\\\\\/\\u4e2d").decoded())
                    .isEqualTo("a\n\t\r\b\f\"\\/中");
        }

        @Test
        void ofPairsAreOneCharacterAndHalvesAreNone() {
            assertThat(ofJson("\\ud83d\\ude00").decoded()).isEqualTo("😀");
            assertThat(ofJson("\\ud83dx\\ude00").decoded()).isEqualTo("\ufffdx\ufffd");
            assertThat(ofJson("\\ud83d\\u0041").decoded()).isEqualTo("\ufffdA");
            assertThat(ofJson("\\ud83d").decoded()).isEqualTo("\ufffd");
        }
    }

    @Nested
    class Several {
        @Test
        void haveALineBreakBetweenThem() {
            assertThat(ofJson("one", "", "two").decoded()).isEqualTo("one\n\ntwo");
        }

        @Test
        void canBeReadOneByOne() {
            assertThat(ofJson("one", "two").decoded(1, 2)).isEqualTo("tw");
        }

        @Test
        void areOutlinedByTheirBeginningAndTheirEnd() {
            assertThat(ofJson("abc", "defg", "hij").outline(4).decoded())
                    .isEqualTo("abc\nd\ng\nhij");
        }

        @Test
        void areOutlinedByThemselvesWhenTheyAreShort() {
            Texts texts = ofJson("abc", "de");

            assertThat(texts.outline(3)).isSameAs(texts);
        }
    }
}
