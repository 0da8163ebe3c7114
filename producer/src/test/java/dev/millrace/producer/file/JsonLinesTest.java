package dev.millrace.producer.file;

import static dev.millrace.producer.file.FileFixture.gzip;
import static dev.millrace.producer.file.FileFixture.ids;
import static dev.millrace.producer.file.FileFixture.indented;
import static dev.millrace.producer.file.FileFixture.lines;
import static dev.millrace.producer.file.FileFixture.request;
import static dev.millrace.producer.file.FileFixture.zstd;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import dev.millrace.producer.BatchFileReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLinesTest {
    private static final String TWO = request("a") + "\r\n\n" + request("b") + "\n";

    private static String thousand(String separator) {
        return IntStream.range(0, 1_000)
                .mapToObj(it -> indented("job-" + it))
                .collect(Collectors.joining(separator));
    }

    @Nested
    class WhenTheMeaningIsCertain {
        @Test
        void linesArePassedOnUnchanged() throws IOException {
            String content = "\uFEFF" + TWO + "not json\n{\"custom_id\":\"cut\n" + request("c");

            byte[] read =
                    JsonLines.of("f", new ByteArrayInputStream(content.getBytes(UTF_8)))
                            .readAllBytes();

            assertThat(new String(read, UTF_8)).isEqualTo(content);
            assertThat(ids(content)).containsExactly("1:a", "3:b", "4:null", "5:null", "6:c");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", " \n\r\n", "\uFEFF", "[]", " [ ] \n"})
        void fileWithoutContentHasNoLines(String content) throws IOException {
            assertThat(ids(content)).isEmpty();
        }

        @Test
        void gzipIsDecompressedToItsLastMember() throws IOException {
            var members = new ByteArrayOutputStream();
            members.writeBytes(gzip((request("a") + "\n").getBytes(UTF_8)));
            members.writeBytes(gzip(request("b").getBytes(UTF_8)));

            assertThat(ids(members.toByteArray())).containsExactly("1:a", "2:b");
        }

        @Test
        void zstdIsDecompressedToItsLastFrame() throws IOException {
            assertThat(ids(zstdFrames())).containsExactly("1:a", "2:b");
        }

        private static byte[] zstdFrames() {
            var frames = new ByteArrayOutputStream();
            frames.writeBytes(zstd((request("a") + "\n").getBytes(UTF_8)));
            frames.writeBytes(zstd(request("b").getBytes(UTF_8)));
            return frames.toByteArray();
        }

        @Test
        void compressedFileIsDecompressedToItsEndFromASocket() throws IOException {
            var members = new ByteArrayOutputStream();
            members.writeBytes(gzip((request("a") + "\n").getBytes(UTF_8)));
            members.writeBytes(gzip(request("b").getBytes(UTF_8)));

            assertThat(fromSocket(members.toByteArray()))
                    .isEqualTo(fromSocket(zstdFrames()))
                    .isEqualTo(request("a") + "\n" + request("b"));
        }

        /** Sockets have no available bytes between their packets. */
        private static String fromSocket(byte[] file) throws IOException {
            var socket =
                    new ByteArrayInputStream(file) {
                        @Override
                        public synchronized int read(byte[] buffer, int offset, int length) {
                            return super.read(buffer, offset, Math.min(length, 1));
                        }

                        @Override
                        public synchronized int available() {
                            return 0;
                        }
                    };

            return new String(JsonLines.of("f", socket).readAllBytes(), UTF_8);
        }

        @ParameterizedTest
        @CsvSource({
            "UTF-16LE, true", "UTF-16BE, true", "UTF-32LE, true", "UTF-32BE, true",
            "UTF-16LE, false", "UTF-16BE, false", "UTF-32LE, false", "UTF-32BE, false"
        })
        void otherUnicodeIsTranscoded(String charset, boolean hasMark) throws IOException {
            String content =
                    (hasMark ? "\uFEFF" : "") + request("Größe 😀") + "\r\n" + request("b");

            byte[] file = content.getBytes(Charset.forName(charset));

            assertThat(ids(file)).containsExactly("1:Größe 😀", "2:b");
            assertThat(ids(gzip(file))).containsExactly("1:Größe 😀", "2:b");
        }

        @Test
        void halfCharacterOfUtf16SpoilsItsLineOnly() throws IOException {
            String content = request("a") + "\n" + request("b\ud83d") + "\n" + request("c");

            byte[] file = content.getBytes(Charset.forName("UTF-16LE"));
            // The encoder replaces the half character; it is put back.
            int place = 2 * content.indexOf('\ud83d');
            file[place] = 0x3d;
            file[place + 1] = (byte) 0xd8;

            assertThat(ids(file)).containsExactly("1:a", "2:null", "3:c");
        }

        @Test
        void largeUtf16FileKeepsEveryCharacter() throws IOException {
            String content = (request("😀") + "\n").repeat(20_000);

            byte[] read =
                    JsonLines.of(
                                    "f",
                                    new ByteArrayInputStream(
                                            content.getBytes(Charset.forName("UTF-16LE"))))
                            .readAllBytes();

            assertThat(new String(read, UTF_8)).isEqualTo(content);
        }

        @Test
        void arrayIsSplit() throws IOException {
            assertThat(ids("[" + request("a") + "," + request("b") + "]"))
                    .containsExactly("1:a", "2:b");
            assertThat(ids("\uFEFF[\n" + request("a") + ",\n" + request("b") + "\n]\n"))
                    .containsExactly("1:a", "2:b");
            assertThat(ids("[\r\n" + thousand(",\r\n") + "]"))
                    .hasSize(1_000)
                    .endsWith("1000:job-999");
        }

        @Test
        void objectsOverSeveralLinesAreSplit() throws IOException {
            assertThat(ids(indented("a"))).containsExactly("1:a");
            assertThat(ids(thousand("\n"))).hasSize(1_000).endsWith("1000:job-999");
        }

        @Test
        void objectsThatShareALineAreSplit() throws IOException {
            assertThat(ids(request("a") + request("b") + "\n" + request("c")))
                    .containsExactly("1:a", "2:b", "3:c");
            assertThat(ids(request("a") + ",\n" + request("b") + ",\n"))
                    .containsExactly("1:a", "2:b");
        }

        /** RFC 7464. */
        @Test
        void textSequenceIsSplit() throws IOException {
            assertThat(ids("\u001e" + request("a") + "\n\u001e" + request("b") + "\n"))
                    .containsExactly("1:a", "2:b");
        }

        @Test
        void arraysOneAfterTheOtherAreSplit() throws IOException {
            assertThat(ids("[" + request("a") + "]\n[" + request("b") + "]"))
                    .containsExactly("1:a", "2:b");
        }

        @Test
        void splitObjectKeepsItsStrings() throws IOException {
            String object = "{\n\"custom_id\":\"a\\\\\",\"b\":\"\\\"}{[\",\n\"c\":[{},[\"]\"]]\n}";

            assertThat(new String(lines(object.getBytes(UTF_8)).getFirst().bytes(), UTF_8))
                    .isEqualTo(object.replace('\n', ' '));
        }
    }

    @Nested
    class WhenAnObjectIsCutOff {
        @Test
        void lineIsReportedAndNoOtherOne() throws IOException {
            for (String cut :
                    List.of("{\"custom_id\":\"x", "{\"a\":1,", "{\"a\":", "{\"a\":[{", "{")) {
                assertThat(ids(cut + "\n" + request("b") + "\n" + request("c")))
                        .as(cut)
                        .containsExactly("1:null", "2:b", "3:c");
                assertThat(ids(request("a") + "\n" + cut + "\n" + request("c")))
                        .as(cut)
                        .containsExactly("1:a", "2:null", "3:c");
            }
        }

        @Test
        void nextObjectOfASequenceIsFound() throws IOException {
            String cut = indented("b").substring(0, 70);

            assertThat(ids(indented("a") + "\n" + cut + "\n" + indented("c")))
                    .containsExactly("1:a", "2:null", "3:c");
        }

        @Test
        void nextElementOfAnIndentedArrayIsFound() throws IOException {
            String a = indented("a").indent(2);
            String cut = indented("b").indent(2).substring(0, 80) + "\n";
            String c = indented("c").indent(2);

            assertThat(ids("[\n" + a + ",\n" + cut + c + "]"))
                    .containsExactly("1:a", "2:null", "3:c");
        }

        @Test
        void otherTextBetweenObjectsIsALine() throws IOException {
            assertThat(ids(indented("a") + "\noops {\n" + indented("b")))
                    .containsExactly("1:a", "2:null", "3:b");
        }

        @Test
        void arrayAmongLinesIsALine() throws IOException {
            assertThat(ids(request("a") + "\n[]\n" + request("b")))
                    .containsExactly("1:a", "2:null", "3:b");
            assertThat(ids(indented("a") + "\n[]\n" + indented("b")))
                    .containsExactly("1:a", "2:null", "3:b");
        }

        @Test
        void endOfASequenceIsALine() throws IOException {
            assertThat(ids(indented("a") + "\n{\n\"custom_id\":")).containsExactly("1:a", "2:null");
        }
    }

    @Nested
    class WhenAFileIsNoBatchFile {
        private static String problem(byte[] file) {
            var thrown = new String[1];
            assertThatThrownBy(() -> lines(file))
                    .isInstanceOf(UnusableFileException.class)
                    .satisfies(it -> thrown[0] = String.valueOf(it.getMessage()));
            return thrown[0];
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                        PK\\u0003\\u0004abc                | ZIP archive; unpack it
                        BZh91AY                            | bunzip2
                        \\u00fd7zXZ\\u0000                  | unxz
                        %PDF-1.7                           | PDF
                        PAR1\\u0015                        | Parquet
                        SQLite format 3\\u0000             | SQLite
                        version https://git-lfs.github.com | git lfs pull
                        <!DOCTYPE html><html>              | HTML page
                        <?xml version='1.0'?>              | HTML or XML
                        custom_id,prompt\\n1,hello          | table (CSV)
                        some prose                         | not JSON Lines
                        \\u0001\\u0000\\u0002{               | binary file
                        [1, 2]                             | JSON array, but its elements are not objects
                        """)
        void messageSaysWhatItIs(String content, String expected) {
            assertThat(problem(unescaped(content).getBytes(ISO_8859_1)))
                    .startsWith("batch.jsonl ")
                    .contains(expected);
        }

        private static String unescaped(String text) {
            return java.util.regex.Pattern.compile("\\\\u([0-9a-f]{4})")
                    .matcher(text)
                    .replaceAll(
                            it ->
                                    java.util.regex.Matcher.quoteReplacement(
                                            String.valueOf(
                                                    (char) Integer.parseInt(it.group(1), 16))))
                    .replace("\\n", "\n");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                textBlock =
                        """
                        {"id":"batch_req_1","custom_id":"a","response":{"status_code":200},"error":null} | output of a batch
                        {"error":{"message":"no file"}}                                                | output of a batch
                        {"custom_id":"a","params":{"model":"m"}}                                       | body: .params
                        {"requests":[{"custom_id":"a","params":{}}]}                                   | .requests[]
                        {"recordId":"a","modelInput":{"messages":[]}}                                  | Bedrock
                        {"key":"a","request":{"contents":[]}}                                          | Google
                        {"messages":[{"role":"user","content":"x"}]}                                   | bodies of requests
                        {"model":"m","messages":[]}                                                    | bodies of requests
                        """)
        void linesOfAnotherKindAreRefusedOnce(String line, String expected) {
            assertThat(problem((line + "\n").repeat(2_000).getBytes(UTF_8))).contains(expected);
        }

        @Test
        void linesWithoutCustomIdsAreRefusedOnce() {
            String line = "{\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"m\"}}\n";

            assertThat(problem(line.repeat(2).getBytes(UTF_8))).contains("without custom_id");
        }

        @Test
        void linesThatOnlyLookLikeJsonAreRefusedOnce() {
            String printed = "{'custom_id': 'a', 'url': '/v1/chat/completions', 'body': {}}\n";

            assertThat(problem(printed.repeat(5_000).getBytes(UTF_8)))
                    .contains("no valid line", "not valid JSON");
            assertThat(problem((request("ü") + "\n").repeat(3).getBytes(ISO_8859_1)))
                    .contains("is not UTF-8", "iconv");
        }

        @Test
        void oneRequestAmongOtherLinesIsEnough() throws IOException {
            assertThat(ids("{\"messages\":[]}\n" + request("a"))).containsExactly("1:null", "2:a");
            assertThat(ids("[1]\n" + request("a"))).containsExactly("1:null", "2:a");
            assertThat(ids("a,b\n1,2\n" + request("a"))).containsExactly("1:null", "2:null", "3:a");
        }

        @Test
        void fileThatIsCompressedTwiceIsRefused() throws IOException {
            assertThat(problem(gzip(gzip(TWO.getBytes(UTF_8))))).contains("compressed twice");
            assertThat(problem(gzip(zstd(TWO.getBytes(UTF_8))))).contains("compressed twice");
        }

        @Test
        void damagedGzipIsRefused() throws IOException {
            byte[] whole = gzip(TWO.getBytes(UTF_8));

            for (int length = 2; length < whole.length; length++) {
                assertThat(problem(Arrays.copyOf(whole, length))).contains("damaged or cut off");
            }
        }

        @Test
        void damagedZstdIsRefused() {
            byte[] whole = zstd(TWO.getBytes(UTF_8));

            for (int length = 4; length < whole.length; length++) {
                assertThat(problem(Arrays.copyOf(whole, length)))
                        .contains("zstd file that is damaged or cut off");
            }
        }

        @Test
        void zstdThatNeedsMuchMemoryIsRefused() throws IOException {
            var file = new ByteArrayOutputStream();
            try (var out = new ZstdOutputStream(file).setLong(27)) {
                out.write(TWO.getBytes(UTF_8));
            }

            assertThat(problem(file.toByteArray())).contains("window of more than 8 MiB", "--long");
        }
    }

    @Test
    void lineOfAPipeDoesNotWaitForTheNext() throws IOException {
        try (var writer = new PipedOutputStream();
                InputStream pipe = new PipedInputStream(writer, 100_000)) {
            writer.write((request("a") + "\n").getBytes(UTF_8));
            writer.flush();

            var reader = BatchFileReader.open("stdin", pipe, FileFixture.MAX_LINE_BYTES);

            assertThat(reader.next()).isNotNull();
        }
    }
}
