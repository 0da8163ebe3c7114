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

class TextSpansTest {
    /** Returns JSON string contents, followed by more bytes as in a record. */
    private static TextSpans ofJson(String... contents) {
        byte[] record = (String.join("\"", contents) + "\"}").getBytes(UTF_8);
        var texts = new TextSpans(record);
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
    void decodesEscapedJson(@ForAll String text) {
        assertThat(ofJson(content(text)).decoded()).isEqualTo(JsonBytes.encodable(text));
    }

    @Property
    void decodesUnicodeEscapes(@ForAll String text) {
        assertThat(ofJson(escaped(text)).decoded()).isEqualTo(JsonBytes.encodable(text));
    }

    @Property
    void outlineIsBoundedAndValid(
            @ForAll List<String> parts, @ForAll @IntRange(min = 0, max = 40) int max) {
        TextSpans texts = ofJson(parts.stream().map(TextSpansTest::content).toArray(String[]::new));

        TextSpans outline = texts.outline(max);

        assertThat(outline.bytes()).isLessThanOrEqualTo(Math.min(texts.bytes(), 2L * max));
        assertThat(outline.decoded().codePoints()).allMatch(Character::isValidCodePoint);
    }

    @Property
    void outlineMayCutWithinEscapes(
            @ForAll String text, @ForAll @IntRange(min = 0, max = 40) int max) {
        TextSpans outline = ofJson(escaped(text) + "\\\\u").outline(max);

        assertThat(outline.decoded().codePoints()).allMatch(Character::isValidCodePoint);
    }

    @Nested
    class Escapes {
        @Test
        void escapesAreResolved() {
            assertThat(ofJson("a\\n\\t\\r\\b\\f\\\"\\\\\\/\\u4e2d").decoded())
                    .isEqualTo("a\n\t\r\b\f\"\\/中");
        }

        @Test
        void surrogatePairIsOneCharacterAndHalfAReplacement() {
            assertThat(ofJson("\\ud83d\\ude00").decoded()).isEqualTo("😀");
            assertThat(ofJson("\\ud83dx\\ude00").decoded()).isEqualTo("\ufffdx\ufffd");
            assertThat(ofJson("\\ud83d\\u0041").decoded()).isEqualTo("\ufffdA");
            assertThat(ofJson("\\ud83d").decoded()).isEqualTo("\ufffd");
        }
    }

    @Nested
    class SeveralTexts {
        @Test
        void textsAreSeparatedByLineBreaks() {
            assertThat(ofJson("one", "", "two").decoded()).isEqualTo("one\n\ntwo");
        }

        @Test
        void oneTextIsDecodedByIndex() {
            assertThat(ofJson("one", "two").decoded(1, 2)).isEqualTo("tw");
        }

        @Test
        void outlineIsTheBeginningAndTheEnd() {
            assertThat(ofJson("abc", "defg", "hij").outline(4).decoded())
                    .isEqualTo("abc\nd\ng\nhij");
        }

        @Test
        void outlineOfShortTextsIsTheTextsThemselves() {
            TextSpans texts = ofJson("abc", "de");

            assertThat(texts.outline(3)).isSameAs(texts);
        }
    }
}
