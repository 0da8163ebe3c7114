package dev.millrace.gateway.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import dev.millrace.gateway.file.RefusedUploadException.Reason;
import dev.millrace.gateway.store.DiskFileStore;
import dev.millrace.gateway.store.StorageException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UploadReaderTest {
    private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");
    private static final String TYPE = "multipart/form-data; boundary=xyz";
    private static final String LINES = "{\"custom_id\":\"1\"}\n\r\n{\"custom_id\":\"2\"}";
    private static final String PURPOSE = field("purpose", "batch");

    @TempDir Path root;
    private UploadedFiles files;

    @BeforeEach
    void open() {
        files = files(new FileLimits(1_000, 3, Duration.ofDays(30)));
    }

    private UploadedFiles files(FileLimits limits) {
        return new UploadedFiles(new DiskFileStore(root), limits, () -> NOW, new Random(1));
    }

    private static String field(String name, String value) {
        return "--xyz\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
                .formatted(name, value);
    }

    private static String file(String filename, String content) {
        return String.join(
                "\r\n",
                "--xyz",
                "Content-Disposition: form-data; name=\"file\"; filename=\"" + filename + "\"",
                "Content-Type: application/octet-stream",
                "",
                content,
                "");
    }

    private static FileRecord complete(Upload upload, UploadReader.Received received)
            throws StorageException {
        return received.complete(upload);
    }

    private FileRecord receive(String... parts) throws Exception {
        return receiveBody(TYPE, String.join("", parts) + "--xyz--\r\n");
    }

    private FileRecord receiveBody(String type, String body) throws Exception {
        return new UploadReader(files)
                .receive(
                        "acme",
                        type,
                        new ByteArrayInputStream(body.getBytes(UTF_8)),
                        UploadReaderTest::complete);
    }

    private RefusedUploadException refused(String... parts) throws Exception {
        var refusal = assertThrows(RefusedUploadException.class, () -> receive(parts));
        assertEquals(List.of(), stored());
        return refusal;
    }

    private RefusedUploadException refusedBody(String type, String body) throws Exception {
        var refusal = assertThrows(RefusedUploadException.class, () -> receiveBody(type, body));
        assertEquals(List.of(), stored());
        return refusal;
    }

    private List<Path> stored() throws Exception {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private static String text(Optional<InputStream> content) throws Exception {
        try (InputStream in = content.orElseThrow()) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    @Test
    void fileIsStoredWhetherThePurposeComesBeforeOrAfterIt() throws Exception {
        FileRecord first = receive(PURPOSE, file("a.jsonl", LINES));
        FileRecord second = receive(file("b ü.jsonl", LINES), PURPOSE);

        assertEquals("a.jsonl", first.filename());
        assertEquals("b ü.jsonl", second.filename());
        assertEquals(LINES.length(), second.bytes());
        assertEquals(2, second.lines());
        assertEquals(Optional.of(NOW.plus(Duration.ofDays(30))), second.expiresAt());
        assertEquals(LINES, text(files.open("acme", second.id())));
        assertEquals(Optional.of(second), files.find("acme", second.id()));
    }

    @Test
    void arrayIsStoredAsLinesThatCount() throws Exception {
        FileRecord stored = receive(file("a.json", "[\n{\"custom_id\":\n\"1\"},{}]"), PURPOSE);

        assertEquals(2, stored.lines());
        assertEquals("{\"custom_id\": \"1\"}\n{}\n", text(files.open("acme", stored.id())));
        assertEquals(22, stored.bytes());
    }

    @Test
    void compressedFileIsStoredAsItsContent() throws Exception {
        FileRecord stored = receive(binary("a.jsonl.zst", Zstd.compress(LINES.getBytes(UTF_8))));

        assertEquals(LINES, text(files.open("acme", stored.id())));
        assertEquals(2, stored.lines());
    }

    private static byte[] binary(String name, byte[] content) {
        String before = file(name, "");
        var body = new ByteArrayOutputStream();
        body.writeBytes(before.substring(0, before.length() - 2).getBytes(UTF_8));
        body.writeBytes(content);
        body.writeBytes(("\r\n" + PURPOSE + "--xyz--\r\n").getBytes(UTF_8));
        return body.toByteArray();
    }

    private FileRecord receive(byte[] body) throws Exception {
        return new UploadReader(files)
                .receive("acme", TYPE, new ByteArrayInputStream(body), UploadReaderTest::complete);
    }

    @Test
    void limitsHoldForWhatACompressedFileContains() throws Exception {
        var content = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(content)) {
            gzip.write("{}\n".repeat(4).getBytes(UTF_8));
        }

        var refusal =
                assertThrows(
                        RefusedUploadException.class,
                        () -> receive(binary("a.gz", content.toByteArray())));

        assertEquals(Reason.TOO_LARGE, refusal.reason());
        assertEquals(List.of(), stored());
    }

    @Test
    void fileOfAnotherKindIsRefusedOnce() throws Exception {
        RefusedUploadException refusal = refused(file("a.csv", "id,text\n1,x\n2,y\n"), PURPOSE);

        assertEquals("file", refusal.param());
        assertEquals(Reason.INVALID, refusal.reason());
        assertTrue(
                String.valueOf(refusal.getMessage())
                        .startsWith("the file looks like a table (CSV)"));
    }

    @Test
    void bodyIsClosedSoThatItsTimeEnds() throws Exception {
        byte[] body = (PURPOSE + file("a", LINES) + "--xyz--\r\n").getBytes(UTF_8);
        var isClosed = new AtomicBoolean();
        var input =
                new ByteArrayInputStream(body) {
                    @Override
                    public void close() {
                        isClosed.set(true);
                    }
                };

        assertEquals(
                "a",
                new UploadReader(files)
                        .receive("acme", TYPE, input, UploadReaderTest::complete)
                        .filename());

        assertTrue(isClosed.get());
    }

    @Test
    void contentThatLooksLikeABoundaryIsContent() throws Exception {
        String content = "--xyz--\r\n--xy\r\n\r\n{}";

        assertEquals(content, text(files.open("acme", receive(file("a", content), PURPOSE).id())));
    }

    @Test
    void fileExpiresWhenTheClientSays() throws Exception {
        FileRecord file =
                receive(
                        file("a", LINES),
                        PURPOSE,
                        field("expires_after[anchor]", "created_at"),
                        field("expires_after[seconds]", "3600"));

        assertEquals(Optional.of(NOW.plusSeconds(3_600)), file.expiresAt());
    }

    @Test
    void preambleEpilogueAndUnknownPartsAreIgnored() throws Exception {
        FileRecord file =
                receiveBody(
                        TYPE,
                        "preamble\r\n"
                                + field("user", "ada")
                                + file("a", LINES)
                                + PURPOSE
                                + "--xyz--\r\nepilogue");

        assertEquals(LINES, text(files.open("acme", file.id())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "filename*=UTF-8''%C3%ä",
                "filename*=UTF-8''%€€",
                "filename*=%%%''a",
                "filename=\"=?UTF-8?B?*=?=\"",
                "filename=\"=?UTF-8?Q?=?=\"",
                "filename=\"=?nonsense?B?YQ==?=\"",
            })
    void nameWithAWrongEncodingIsNoFaultOfTheGateway(String filename) throws Exception {
        String part =
                "--xyz\r\nContent-Disposition: form-data; name=\"file\"; "
                        + filename
                        + "\r\n\r\n"
                        + LINES
                        + "\r\n";
        try {
            assertEquals(LINES.length(), receive(part, PURPOSE).bytes());
        } catch (RefusedUploadException e) {
            assertEquals(List.of(), stored());
        }
    }

    @Test
    void uploadLargerThanTheHeapIsStreamed() throws Exception {
        files = files(new FileLimits(Long.MAX_VALUE >> 1, Long.MAX_VALUE, Duration.ofDays(1)));
        byte[] line = ("{\"custom_id\":\"" + "x".repeat(1_000) + "\"}\n").getBytes(ISO_8859_1);
        int count = 20_000;
        InputStream body =
                new SequenceInputStream(
                        new ByteArrayInputStream(
                                file("a", "").replaceFirst("\r\n$", "").getBytes(ISO_8859_1)),
                        new SequenceInputStream(
                                new RepeatedInput(line, count),
                                new ByteArrayInputStream(
                                        ("\r\n" + PURPOSE + "--xyz--").getBytes(ISO_8859_1))));

        FileRecord file =
                new UploadReader(files).receive("acme", TYPE, body, UploadReaderTest::complete);

        assertEquals((long) line.length * count, file.bytes());
        assertEquals(count, file.lines());
    }

    @Nested
    class Limits {
        @Test
        void fileWithTooManyBytesIsRefused() throws Exception {
            var refusal = refused(file("a", "{" + "x".repeat(1_000)), PURPOSE);

            assertEquals(Reason.TOO_LARGE, refusal.reason());
            assertTrue(String.valueOf(refusal.getMessage()).contains("more than 1,000 bytes"));
        }

        @Test
        void fileWithTooManyLinesIsRefused() throws Exception {
            var refusal = refused(file("a", "{}\n{}\n\n \n{}\n{}"), PURPOSE);

            assertEquals(Reason.TOO_LARGE, refusal.reason());
            assertTrue(String.valueOf(refusal.getMessage()).contains("more than 3 lines"));
        }

        @Test
        void blankLinesAndTheLastLineBreakDoNotCount() throws Exception {
            assertEquals(3, receive(file("a", "{}\n{}\r\n\t\n\n{}\n"), PURPOSE).lines());
        }

        @Test
        void endlessPreambleIsRefused() throws Exception {
            var refusal = refusedBody(TYPE, "x".repeat(2 << 20));

            assertEquals(Reason.TOO_LARGE, refusal.reason());
        }

        @Test
        void endlessHeadersAreRefused() throws Exception {
            refused("--xyz\r\nX: " + "x".repeat(20_000) + "\r\n\r\n1\r\n");
        }

        @Test
        void manyPartsAreRefused() throws Exception {
            refused(field("user", "ada").repeat(17));
        }

        @Test
        void longFieldIsRefused() throws Exception {
            assertEquals("purpose", refused(field("purpose", "x".repeat(2_000))).param());
        }
    }

    @Nested
    class Malformed {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "application/json",
                    "multipart/form-data",
                    "multipart/form-data; boundary=",
                    "multipart/form-data; boundary=\"\"",
                    "multipart/mixed; boundary=xyz",
                    "multipart/form-data; boundary=0123456789012345678901234567890123456789"
                            + "0123456789012345678901234567890"
                })
        void contentTypeWithoutAUsableBoundaryIsRefused(String type) throws Exception {
            refusedBody(type, file("a", LINES) + PURPOSE + "--xyz--");
        }

        @Test
        void everyPrefixOfARequestStoresNothing() throws Exception {
            String whole = file("a", LINES) + PURPOSE + "--xyz--";
            for (int length = 0; length < whole.length(); length++) {
                refusedBody(TYPE, whole.substring(0, length));
            }
        }

        @Test
        void brokenConnectionStoresNothing() throws Exception {
            byte[] begin = file("a", LINES).getBytes(UTF_8);
            InputStream broken =
                    new SequenceInputStream(
                            new ByteArrayInputStream(begin, 0, begin.length - 4),
                            new BrokenInput());

            assertThrows(
                    IOException.class,
                    () ->
                            new UploadReader(files)
                                    .receive("acme", TYPE, broken, UploadReaderTest::complete));

            assertEquals(List.of(), stored());
        }

        @Test
        void partWithoutANameIsRefused() throws Exception {
            refused("--xyz\r\nContent-Type: text/plain\r\n\r\n1\r\n");
            refused("--xyz\r\nContent-Disposition: form-data\r\n\r\n1\r\n");
        }
    }

    @Nested
    class WrongFields {
        @Test
        void fileAndPurposeAreRequired() throws Exception {
            assertEquals("file", refused(PURPOSE).param());
            assertEquals("purpose", refused(file("a", LINES)).param());
        }

        @Test
        void otherPurposesAreRefused() throws Exception {
            assertEquals("purpose", refused(field("purpose", "fine-tune")).param());
        }

        @Test
        void partsThatOccurTwiceAreRefused() throws Exception {
            assertEquals("file", refused(file("a", LINES), file("b", LINES), PURPOSE).param());
            assertEquals("purpose", refused(PURPOSE, PURPOSE, file("a", LINES)).param());
        }

        @Test
        void filenameIsRequired() throws Exception {
            assertEquals("file", refused(field("file", LINES), PURPOSE).param());
        }

        @ParameterizedTest
        @ValueSource(strings = {"../../etc/passwd", "C:\\a.jsonl", "/a", "..", "a/../b"})
        void filenameIsOnlyText(String name) throws Exception {
            FileRecord file = receive(file(name.replace("\\", "\\\\"), LINES), PURPOSE);

            assertEquals(LINES, text(files.open("acme", file.id())));
            assertTrue(stored().stream().allMatch(it -> it.toString().contains(file.id())));
        }

        @ParameterizedTest
        @ValueSource(strings = {"3599", "2592001", "-1", "x", "", "99999999999999999999"})
        void lifetimeOutOfRangeIsRefused(String seconds) throws Exception {
            var refusal =
                    refused(
                            file("a", LINES),
                            PURPOSE,
                            field("expires_after[anchor]", "created_at"),
                            field("expires_after[seconds]", seconds));

            assertEquals("expires_after[seconds]", refusal.param());
        }
    }

    /** Fails like the stream of a connection that the client has closed. */
    private static final class BrokenInput extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("Connection reset");
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            throw new IOException("Connection reset");
        }
    }
}
