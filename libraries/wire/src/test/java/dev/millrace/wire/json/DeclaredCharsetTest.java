package dev.millrace.wire.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.wire.sse.SseParser;
import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeclaredCharsetTest {
    private static String utf8(String contentType, byte[] body) {
        return new String(DeclaredCharset.of(contentType).toUtf8(body), UTF_8);
    }

    @ParameterizedTest
    @CsvSource({
        "application/json; charset=iso-8859-1, ISO-8859-1, café",
        "application/json;charset=GBK, GBK, 你好",
        "'text/html; charset=\"gb2312\"', GBK, 访问被拒绝",
        "application/json; Charset=Shift_JIS, Shift_JIS, 表示",
        "application/json; version=1; charset=utf-16, UTF-16, café",
        "application/json; charset=iso-8859-1, windows-1252, “quoted”",
        "application/json; charset=big5, Big5, 功能"
    })
    void textIsReadInItsCharset(String contentType, String charset, String text) {
        assertThat(utf8(contentType, text.getBytes(Charset.forName(charset)))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json; charset=iso-8859-1",
                "application/json; charset=GBK",
                "application/json; charset=utf-16",
                "application/json; charset=unknown",
                "application/json; charset=",
                "application/json",
                ""
            })
    void utf8IsNotConvertedWhateverItsCharset(String contentType) {
        assertThat(utf8(contentType, "café 你好 😀".getBytes(UTF_8))).isEqualTo("café 你好 😀");
    }

    @Test
    void bytesThatTheCharsetDoesNotHaveAreReplaced() {
        byte[] half = {'"', 'a', (byte) 0xC4, '"'};

        assertThat(utf8("application/json; charset=GBK", half)).isEqualTo("\"a\uFFFD\"");
    }

    @Test
    void eachLineOfAStreamIsReadInItsCharset() {
        var parser = new SseParser(100, 100, DeclaredCharset.of("text/event-stream;charset=GBK"));
        byte[] bytes = "data: 你好\n\n".getBytes(Charset.forName("GBK"));

        assertThat(parser.feed(bytes, 0, 7)).isEmpty();
        assertThat(parser.feed(bytes, 7, bytes.length - 7))
                .singleElement()
                .satisfies(it -> assertThat(new String(it.data(), UTF_8)).isEqualTo("你好"));
    }
}
