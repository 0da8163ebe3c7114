package dev.millrace.contracts.json;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestParser;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class JsonBytesTest {

    @Nested
    class OtherEncodingsOfUnicode {
        private static final String LINE =
                "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\","
                        + "\"body\":{\"model\":\"m\",\"messages\":[]}}";

        @Test
        void areNotJson() {
            assertThat(JsonBytes.isJson(LINE.getBytes(UTF_16BE))).isFalse();
            assertThat(JsonBytes.isJson(LINE.getBytes(UTF_16LE))).isFalse();
        }

        @Test
        void areNotRequests() {
            assertThat(RequestParser.parse(LINE.getBytes(UTF_16BE)))
                    .isInstanceOf(ParseResult.Malformed.class);
            assertThat(RequestParser.parse(LINE.getBytes(UTF_16LE)))
                    .isInstanceOf(ParseResult.Malformed.class);
        }
    }

    /** Checks each position of a byte, since bytes are checked in groups. */
    @Test
    void invalidByteIsFoundAnywhere() {
        for (int length = 1; length <= 20; length++) {
            byte[] bytes = "a".repeat(length).getBytes(UTF_8);
            assertThat(JsonBytes.isUtf8(bytes)).isTrue();
            for (int i = 0; i < length; i++) {
                byte[] broken = bytes.clone();
                broken[i] = (byte) 0x80;
                assertThat(JsonBytes.isUtf8(broken)).as("%d of %d", i, length).isFalse();
            }
        }
    }

    @Property
    void encodableTextSurvivesUtf8(@ForAll String text) {
        String clean = JsonBytes.encodable(text);
        assertThat(new String(clean.getBytes(UTF_8), UTF_8)).isEqualTo(clean);
    }

    @Property
    void textWithoutLoneSurrogatesIsUnchanged(@ForAll String text) {
        String wellFormed = new String(text.getBytes(UTF_8), UTF_8);
        assertThat(JsonBytes.encodable(wellFormed)).isEqualTo(wellFormed);
    }
}
