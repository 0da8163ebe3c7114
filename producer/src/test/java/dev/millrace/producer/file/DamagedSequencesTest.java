package dev.millrace.producer.file;

import static dev.millrace.producer.file.FileFixture.gzip;
import static dev.millrace.producer.file.FileFixture.ids;
import static dev.millrace.producer.file.FileFixture.indented;
import static dev.millrace.producer.file.FileFixture.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DamagedSequencesTest {
    @Nested
    class AnElementThatIsNoRequest {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "null",
                    "17",
                    "\"a, {\\\"b\\\": [1]\"",
                    "{\"note\":1}",
                    "{\"custom_id\":NaN}",
                    "undefined"
                })
        void isReportedAndNoOtherElementIsLost(String element) throws IOException {
            String array = "[" + request("a") + "," + element + "," + request("b") + "]";

            assertThat(ids(array)).containsExactly("1:a", "2:null", "3:b");
            assertThat(ids(array.replace(",{\"custom_id\"", " ,\n{\"custom_id\"")))
                    .containsExactly("1:a", "2:null", "3:b");
        }

        @Test
        void mayBeTheLast() throws IOException {
            assertThat(ids("[" + request("a") + ",null]")).containsExactly("1:a", "2:null");
            assertThat(ids("[" + request("a") + ", null\n]\n")).containsExactly("1:a", "2:null");
        }

        @Test
        void mayBeTheFirst() throws IOException {
            assertThat(ids("[null," + request("a") + "]")).containsExactly("1:null", "2:a");
            assertThat(ids("[\n  null,\n" + indented("a").indent(2) + "]\n"))
                    .containsExactly("1:null", "2:a");
        }
    }

    @Nested
    class ArraysInAnArray {
        @Test
        void areOneArray() throws IOException {
            assertThat(ids("[[" + request("a") + "],[" + request("b") + "]]"))
                    .containsExactly("1:a", "2:b");
            assertThat(ids("[\n  [\n" + indented("a").indent(4) + "  ]\n]\n"))
                    .containsExactly("1:a");
        }
    }

    @Nested
    class FilesThatWereJoined {
        private static final String MARK = "\uFEFF";

        @Test
        void keepTheirByteOrderMarks() throws IOException {
            assertThat(ids(MARK + request("a") + "\n" + MARK + request("b") + "\n"))
                    .containsExactly("1:a", "2:b");
            assertThat(ids(MARK + indented("a") + "\n" + MARK + indented("b") + "\n"))
                    .containsExactly("1:a", "2:b");
            assertThat(ids(MARK + "[" + request("a") + "]" + MARK + "[" + request("b") + "]"))
                    .containsExactly("1:a", "2:b");
            assertThat(ids(MARK + MARK + request("a") + "\n" + request("b")))
                    .containsExactly("1:a", "2:b");
        }
    }

    @Nested
    class GzipMembers {
        @Test
        void mayBeEmptyAndMany() throws IOException {
            var members = new ByteArrayOutputStream();
            byte[] empty = gzip(new byte[0]);
            for (int i = 0; i < 50_000; i++) {
                members.writeBytes(empty);
            }
            members.writeBytes(gzip(request("a").getBytes(UTF_8)));

            assertThat(ids(members.toByteArray())).containsExactly("1:a");
        }

        @Test
        void mayBePadded() throws IOException {
            byte[] whole = gzip(request("a").getBytes(UTF_8));

            assertThat(ids(Arrays.copyOf(whole, 10_240))).containsExactly("1:a");
        }
    }

    @Nested
    class AFileWhoseLinesHaveOneProblem {
        private static void refused(String file, String expected) {
            refused(file.getBytes(UTF_8), expected);
        }

        private static void refused(byte[] file, String expected) {
            assertThatThrownBy(() -> ids(file))
                    .isInstanceOf(UnusableFileException.class)
                    .hasMessageStartingWith("batch.jsonl ")
                    .hasMessageContaining(expected);
        }

        @Test
        void bodiesAreTexts() {
            String line =
                    "{\"custom_id\":\"a\",\"url\":\"/v1/messages\",\"body\":\"{\\\"model\\\":1}\"}\n";

            refused(line.repeat(3), "fromjson");
        }

        @Test
        void urlsAreMissing() {
            refused("{\"custom_id\":\"a\",\"body\":{\"model\":\"m\"}}\n".repeat(3), "without url");
            refused(
                    "{\"custom_id\":\"a\",\"url\":null,\"body\":{\"model\":\"m\"}}\n".repeat(3),
                    "without url");
        }

        @Test
        void linesAreTexts() {
            refused("\"{\\\"custom_id\\\":\\\"a\\\"}\"\n".repeat(3), "fromjson");
        }

        @Test
        void requestsOfAMessageBatchAreLong() {
            String requests = "{\"custom_id\":\"a\",\"params\":{}},\n".repeat(5_000);

            refused("{\"requests\":[" + requests + "{}]}", ".requests[]");
            refused("{\n \"requests\": [\n" + requests + "{}]\n}\n", ".requests[]");
        }

        @Test
        void firstLineIsLongerThanWhatIsRead() {
            String image = "x".repeat(100_000);

            refused(
                    ("{\"custom_id\":\"a\",\"params\":{\"x\":\"" + image + "\"}}\n").repeat(3),
                    ".params");
            refused(
                    ("{\"model\":\"m\",\"messages\":[\"" + image + "\"]}\n").repeat(3),
                    "bodies of requests");
        }

        @Test
        void sheetIsNoArchive() {
            byte[] sheet = new byte[1_000];
            byte[] start = "PK\u0003\u0004".getBytes(ISO_8859_1);
            byte[] name = "[Content_Types].xml".getBytes(ISO_8859_1);
            System.arraycopy(start, 0, sheet, 0, start.length);
            System.arraycopy(name, 0, sheet, 30, name.length);

            refused(sheet, "Office document");
        }

        @Test
        void someLinesAreLatin1() {
            String lines = (request("a") + "\n" + request("Größe") + "\n").repeat(20);

            refused(lines.getBytes(ISO_8859_1), "is not UTF-8");
        }

        @Test
        void linesAreInATarArchive() {
            byte[] archive = new byte[10_240];
            byte[] name = "batch.jsonl".getBytes(UTF_8);
            byte[] magic = "ustar".getBytes(UTF_8);
            byte[] lines = (request("a") + "\n" + request("b") + "\n").getBytes(UTF_8);
            System.arraycopy(name, 0, archive, 0, name.length);
            System.arraycopy(magic, 0, archive, 257, magic.length);
            System.arraycopy(lines, 0, archive, 512, lines.length);

            refused(archive, "tar archive");
        }
    }

    @Test
    void oneDamagedLineDoesNotRefuseTheOthers() throws IOException {
        byte[] file =
                (request("a") + "\n" + request("Größe") + "\n" + request("c")).getBytes(ISO_8859_1);

        assertThat(ids(file)).containsExactly("1:a", "2:null", "3:c");
    }
}
