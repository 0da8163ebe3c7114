package dev.millrace.contracts.result;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ProviderBodyTest {

    private static String json(byte[] bytes) {
        return new String(((ProviderBody.Json) ProviderBody.of(bytes)).bytes(), UTF_8);
    }

    private static String json(String text) {
        return json(text.getBytes(UTF_8));
    }

    private static String text(byte[] bytes) {
        return ((ProviderBody.Text) ProviderBody.of(bytes)).text();
    }

    private static String text(String text) {
        return text(text.getBytes(UTF_8));
    }

    @Nested
    class AJsonBody {
        @Test
        void keepsNumbersAndTextAsWritten() {
            String body = "{\"a\":1.0,\"b\":1e2,\"c\":\"\\u00e9 é\",\"a\":\"\\ud83d\"}";
            assertThat(json(body)).isEqualTo(body);
        }

        @Test
        void replacesLineBreaksBetweenTokensBySpaces() {
            assertThat(json("{\r\n \"a\": [1,\n2]\n}\n")).isEqualTo("{   \"a\": [1, 2] } ");
        }

        @Test
        void doesNotModifyTheGivenArray() {
            byte[] bytes = "{\n}".getBytes(UTF_8);
            ProviderBody.of(bytes);
            assertThat(bytes).isEqualTo("{\n}".getBytes(UTF_8));
        }

        @Test
        void removesAByteOrderMark() {
            assertThat(json("\ufeff{\"a\":1}")).isEqualTo("{\"a\":1}");
        }

        @Test
        void mayBeAScalar() {
            assertThat(json("null")).isEqualTo("null");
        }
    }

    @Nested
    class AnyOtherBody {
        @Test
        void isText() {
            assertThat(text("<html>502</html>")).isEqualTo("<html>502</html>");
            assertThat(text("")).isEmpty();
            assertThat(text("{\"a\":1} {\"b\":2}")).isEqualTo("{\"a\":1} {\"b\":2}");
            assertThat(text("{\"cut")).isEqualTo("{\"cut");
        }

        @Test
        void isTextInAnotherUnicodeEncoding() {
            assertThat(ProviderBody.of("{}".getBytes(UTF_16BE)))
                    .isInstanceOf(ProviderBody.Text.class);
            assertThat(ProviderBody.of("{}".getBytes(UTF_16LE)))
                    .isInstanceOf(ProviderBody.Text.class);
            assertThat(ProviderBody.of(new byte[] {0, 0, 0, '1'}))
                    .isInstanceOf(ProviderBody.Text.class);
            assertThat(ProviderBody.of(new byte[] {'1', 0, 0, 0}))
                    .isInstanceOf(ProviderBody.Text.class);
        }

        @Test
        void isTextWithReplacementsIfNotUtf8() {
            assertThat(text(new byte[] {'"', (byte) 0xff, '"'})).isEqualTo("\"\ufffd\"");
        }

        @Test
        void isTruncatedWithoutSplittingACharacter() {
            String text = text("x" + "😀".repeat(ProviderBody.MAX_TEXT_CHARS));
            assertThat(text)
                    .hasSizeBetween(ProviderBody.MAX_TEXT_CHARS - 1, ProviderBody.MAX_TEXT_CHARS);
            assertThat(text.codePoints().skip(1)).containsOnly("😀".codePointAt(0));
        }

        @Test
        void isTextIfNestedTooDeeplyForAResult() {
            String deep = "[".repeat(999) + "]".repeat(999);
            assertThat(ProviderBody.of(deep.getBytes(UTF_8))).isInstanceOf(ProviderBody.Text.class);
        }
    }

    @Property
    void isAlwaysOneLine(@ForAll byte[] bytes) {
        switch (ProviderBody.of(bytes)) {
            case ProviderBody.Json body -> assertThat(body.bytes()).doesNotContain('\n', '\r');
            case ProviderBody.Text body ->
                    assertThat(body.text()).hasSizeLessThanOrEqualTo(ProviderBody.MAX_TEXT_CHARS);
        }
    }
}
