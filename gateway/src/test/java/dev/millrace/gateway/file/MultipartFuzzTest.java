package dev.millrace.gateway.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.millrace.gateway.store.DiskFileStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

/** Tests uploads with random changes: each is either stored or refused. */
class MultipartFuzzTest {
    private static final int MAX_BYTES = 4_096;

    private static final List<String> PIECES =
            List.of(
                    "--xyz",
                    "--xyz--",
                    "\r\n",
                    "\n",
                    "\r",
                    "\r\n\r\n",
                    "--",
                    "\"",
                    ";",
                    "=",
                    ":",
                    "\0",
                    "name=",
                    "filename=",
                    "filename*=UTF-8''%zz",
                    "=?UTF-8?B?////?=",
                    "=?x?Q?=FF?=",
                    "Content-Disposition: form-data",
                    "Content-Transfer-Encoding: base64",
                    "Content-Length: -1",
                    "\u00ff\u00fe",
                    "x".repeat(5_000));

    private static final String BODY =
            """
            --xyz\r
            Content-Disposition: form-data; name="purpose"\r
            \r
            batch\r
            --xyz\r
            Content-Disposition: form-data; name="file"; filename="a.jsonl"\r
            Content-Type: application/octet-stream\r
            \r
            {"custom_id":"1"}
            \r
            --xyz\r
            Content-Disposition: form-data; name="expires_after[anchor]"\r
            \r
            created_at\r
            --xyz\r
            Content-Disposition: form-data; name="expires_after[seconds]"\r
            \r
            3600\r
            --xyz--\r
            """;

    private static final FileSystem MEMORY = Jimfs.newFileSystem(Configuration.unix());

    @AfterContainer
    static void closeMemory() throws IOException {
        MEMORY.close();
    }

    /** A change at a position: replaces bytes by a piece. */
    private record Change(double place, int removed, byte[] inserted) {
        byte[] applyTo(byte[] body) {
            int at = (int) (place * body.length);
            int rest = Math.min(body.length, at + removed);
            var out = new ByteArrayOutputStream();
            out.write(body, 0, at);
            out.writeBytes(inserted);
            out.write(body, rest, body.length - rest);
            return out.toByteArray();
        }
    }

    @Provide
    Arbitrary<byte[]> bodies() {
        Arbitrary<byte[]> inserted =
                Arbitraries.oneOf(
                        Arbitraries.of(PIECES).map(it -> it.getBytes(ISO_8859_1)),
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(8));
        Arbitrary<Change> change =
                Combinators.combine(
                                Arbitraries.doubles().between(0, 1),
                                Arbitraries.integers().between(0, 40),
                                inserted)
                        .as(Change::new);
        return change.list()
                .ofMinSize(1)
                .ofMaxSize(6)
                .map(
                        changes -> {
                            byte[] body = BODY.getBytes(ISO_8859_1);
                            for (Change each : changes) {
                                body = each.applyTo(body);
                            }
                            return body;
                        });
    }

    @Provide
    Arbitrary<String> types() {
        return Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(8, Arbitraries.just("multipart/form-data; boundary=xyz")),
                net.jqwik.api.Tuple.of(
                        2,
                        Arbitraries.of(PIECES).map(it -> "multipart/form-data; boundary=" + it)));
    }

    @Property
    void uploadIsStoredOrRefused(@ForAll("types") String type, @ForAll("bodies") byte[] body)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(MEMORY.getPath("/"), "files");
        var files =
                new UploadedFiles(
                        new DiskFileStore(folder),
                        new FileLimits(MAX_BYTES, 100, Duration.ofDays(1)),
                        () -> Instant.EPOCH,
                        new Random(1));
        FileRecord stored;
        try {
            stored =
                    new UploadReader(files)
                            .receive(
                                    "acme",
                                    type,
                                    new ByteArrayInputStream(body),
                                    (upload, received) -> received.complete(upload));
        } catch (RefusedUploadException refused) {
            // A message may quote a null that the file contains.
            assertThat(String.valueOf(refused.getMessage()))
                    .doesNotContainPattern("(^|[ :=])null($|[ ,.;])");
            assertThat(files(folder)).isEmpty();
            return;
        }
        assertThat(stored.bytes()).isBetween(0L, (long) MAX_BYTES);
        assertThat(stored.filename()).isNotBlank();
        assertThat(files(folder)).hasSize(2);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
