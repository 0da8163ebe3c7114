package dev.millrace.yaml.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InterpolationTest {
    private final Interpolation interpolation =
            new Interpolation(
                    Map.of("NAME", "value", "EMPTY", "", "NESTED", "${NAME}", "GROUP", "$1\\"));

    @Nested
    class WhenAVariableIsSet {
        @Test
        void usesItsValue() {
            assertThat(text("${NAME}")).isEqualTo("value");
            assertThat(text("a ${NAME:-other} and ${NAME}.")).isEqualTo("a value and value.");
        }

        @Test
        void usesItsValueVerbatim() {
            assertThat(text("${NESTED}")).isEqualTo("${NAME}");
            assertThat(text("${GROUP}")).isEqualTo("$1\\");
        }
    }

    @Nested
    class WhenAVariableIsUnsetOrEmpty {
        @Test
        void usesTheDefault() {
            assertThat(text("${NONE:-other}")).isEqualTo("other");
            assertThat(text("${EMPTY:-other}")).isEqualTo("other");
            assertThat(text("${NONE:-}")).isEmpty();
            assertThat(text("${NONE:-a:-b $x}")).isEqualTo("a:-b $x");
        }

        @Test
        void reportsVariablesWithoutADefault() {
            assertThat(interpolation.resolve("${NONE}${EMPTY}").missing())
                    .contains(
                            "environment variable NONE is not set and environment variable EMPTY is not set");
        }
    }

    @Nested
    class WhenAFileIsReferenced {
        @TempDir private Path folder;

        @Test
        void usesItsTextWithoutTheLastLineBreak() throws IOException {
            var file = Files.writeString(folder.resolve("key"), "one\ntwo\n");

            assertThat(text("<${file:" + file + "}>")).isEqualTo("<one\ntwo>");
        }

        @Test
        void onlyAFileMayChange() {
            assertThat(interpolation.resolve("a ${file:/none}").isFromFile()).isTrue();
            assertThat(interpolation.resolve("${NAME} $${file:/none}").isFromFile()).isFalse();
        }

        @Test
        void rejectsATooLargeFile() throws IOException {
            var file = Files.write(folder.resolve("key"), new byte[(64 << 10) + 1]);

            assertThat(interpolation.resolve("${file:" + file + "}").missing())
                    .contains("file " + file + " cannot be read");
        }

        @Test
        void rejectsAFileThatIsNotUtf8() throws IOException {
            var file = Files.write(folder.resolve("key"), new byte[] {(byte) 0xFF});

            assertThat(interpolation.resolve("${file:" + file + "}").missing()).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${}",
                "${NAME",
                "${1A}",
                "${A B}",
                "${A:-${NAME}}",
                "${file:relative}",
                "${A-b}",
                "${file:/x"
            })
    void explainsMalformedReferences(String text) {
        assertThat(interpolation.resolve(text).malformed()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "$NAME", "$", "{NAME}", "$ {NAME}"})
    void leavesOtherTextUnchanged(String text) {
        assertThat(interpolation.resolve(text).text()).isEqualTo(text);
        assertThat(interpolation.resolve(text).interpolated()).isFalse();
    }

    @Test
    void unescapesADoubleDollar() {
        assertThat(text("$${NAME}")).isEqualTo("${NAME}");
    }

    private String text(String text) {
        var outcome = interpolation.resolve(text);
        assertThat(outcome.missing()).isEmpty();
        assertThat(outcome.malformed()).isEmpty();
        return outcome.text();
    }
}
