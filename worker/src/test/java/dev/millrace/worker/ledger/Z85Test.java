package dev.millrace.worker.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Z85Test {

    /** The example of RFC 32. */
    @Test
    void exampleOfTheSpecificationIsWritten() {
        byte[] bytes = HexFormat.of().parseHex("864fd26fb559f75b");

        assertThat(Z85.encode('!', ByteBuffer.wrap(bytes))).isEqualTo("!HelloWorld");
    }

    @Property
    void anyLengthIsReadBack(@ForAll byte[] bytes) {
        String text = Z85.encode('2', ByteBuffer.wrap(bytes));

        assertThat(text).hasSize((int) Z85.chars(bytes.length) + 1);
        assertThat(Z85.decode(text)).isEqualTo(ByteBuffer.wrap(bytes));
    }

    @Nested
    class AnInvalidText {
        @ParameterizedTest
        @ValueSource(
                strings = {"20", "2HelloW", "2%nSc1", "2#####", "2##", "2Hell\u00e9", "2He lo"})
        void isRejected(String text) {
            assertThatThrownBy(() -> Z85.decode(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
