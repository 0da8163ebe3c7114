package dev.millrace.gateway.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.Caller;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.http.RunningServer;
import dev.millrace.gateway.repeat.RepeatedRequests;
import dev.millrace.gateway.store.DiskFileStore;
import io.helidon.http.HeaderNames;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class FileRoutesTest {
    private static final String TYPE = "multipart/form-data; boundary=xyz";
    private static final String LINE = "{\"custom_id\":\"1\"}\n";
    private static final long MAX_BYTES = 1 << 20;

    @TempDir Path root;
    private RunningServer server;

    /** What is left on the disk. */
    private volatile long freeBytes = Long.MAX_VALUE;

    /** Open while files with the id {@code endless} are sent. */
    private final CountDownLatch endless = new CountDownLatch(1);

    /** Downloads of files with the id {@code endless} that have begun. */
    private final AtomicInteger begun = new AtomicInteger();

    /** Ids of files that batches still have to read. */
    private volatile Set<String> needed = Set.of();

    @BeforeEach
    void start() {
        server = server(root);
    }

    private RunningServer server(Path folder) {
        return server(folder, InstantSource.system());
    }

    /**
     * @param clock decides about the age of a claim
     */
    private RunningServer server(Path folder, InstantSource clock) {
        var files =
                new UploadedFiles(
                        new DiskFileStore(folder, _ -> freeBytes),
                        new FileLimits(MAX_BYTES, 50_000, Duration.ofDays(30)),
                        InstantSource.system(),
                        new SecureRandom());
        return RunningServer.of(
                new FileRoutes(
                                files,
                                (_, id) ->
                                        Optional.of(id)
                                                .filter("endless"::equals)
                                                .map(_ -> new EndlessFile()),
                                _ -> needed,
                                UploadSlots.of(HeapShare.AMPLE, files.uploadBytes()),
                                new DownloadSlots(),
                                new RepeatedRequests(new DiskFileStore(folder), clock))
                        .routes(),
                request ->
                        request.headers()
                                .first(HeaderNames.AUTHORIZATION)
                                .map(key -> new Caller(key, key))
                                .orElseThrow(
                                        () ->
                                                ApiError.of(
                                                        ErrorKind.UNAUTHENTICATED,
                                                        "no_key",
                                                        "no key")));
    }

    @AfterEach
    void stop() {
        endless.countDown();
        server.close();
    }

    /** Ends when the test says so. */
    private final class EndlessFile implements VirtualFiles.VirtualFile {
        @Override
        public FileRecord record() {
            return new FileRecord("endless", "f", "batch", 0, 0, Instant.EPOCH, Optional.empty());
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            begun.incrementAndGet();
            try {
                endless.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    private static String upload(String filename, String content) {
        return "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
                + filename
                + "\"\r\n\r\n"
                + content
                + "\r\n--xyz\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\n"
                + "batch\r\n--xyz--\r\n";
    }

    private HttpResponse<String> send(String method, String path, String body, String tenant)
            throws Exception {
        return server.send(method, path, body, "Content-Type", TYPE, "Authorization", tenant);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send("GET", path, "", "acme");
    }

    private JsonNode create(String filename) throws Exception {
        HttpResponse<String> response = send("POST", "/v1/files", upload(filename, LINE), "acme");
        assertThat(response.statusCode()).isEqualTo(200);
        return RunningServer.json(response);
    }

    private List<Path> stored() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void uploadedFileHasTheFieldsOfOpenAi() throws Exception {
        JsonNode file = create("tickets.jsonl");

        assertThat(file.path("id").stringValue()).startsWith("file-");
        assertThat(file.path("object").stringValue()).isEqualTo("file");
        assertThat(file.path("bytes").intValue()).isEqualTo(LINE.length());
        assertThat(file.path("filename").stringValue()).isEqualTo("tickets.jsonl");
        assertThat(file.path("purpose").stringValue()).isEqualTo("batch");
        assertThat(file.path("status").stringValue()).isEqualTo("processed");
        assertThat(file.path("expires_at").longValue() - file.path("created_at").longValue())
                .isEqualTo(Duration.ofDays(30).toSeconds());
        String id = file.path("id").stringValue();
        assertThat(RunningServer.json(get("/v1/files/" + id))).isEqualTo(file);
        assertThat(get("/v1/files/" + id + "/content").body()).isEqualTo(LINE);
    }

    private HttpResponse<String> repeat(String filename, String content, String key)
            throws Exception {
        return server.send(
                "POST",
                "/v1/files",
                upload(filename, content).replace("--xyz", "--xyz" + content.length()),
                "Content-Type",
                TYPE + content.length(),
                "Authorization",
                "acme",
                "Idempotency-Key",
                key);
    }

    @Test
    void repeatedUploadGetsTheFileOfTheFirst() throws Exception {
        JsonNode first = RunningServer.json(repeat("a", LINE, "k"));
        JsonNode second = RunningServer.json(repeat("a", LINE, "k"));
        JsonNode other = RunningServer.json(repeat("a", LINE, "k2"));

        assertThat(second).isEqualTo(first);
        assertThat(other.path("id")).isNotEqualTo(first.path("id"));
        assertThat(RunningServer.json(get("/v1/files")).path("data")).hasSize(2);
    }

    /** A killed gateway may have stored the file, and not that its request is done. */
    @Test
    void uploadOfAKilledGatewayIsFoundByItsRepeat() throws Exception {
        JsonNode first = RunningServer.json(repeat("a", LINE, "k"));
        for (Path claim : stored()) {
            String text = Files.readString(claim, ISO_8859_1);
            if (text.contains("\"done\":true")) {
                Files.writeString(claim, text.replace("\"done\":true", "\"done\":false"));
            }
        }
        server.close();
        server = server(root, () -> Instant.now().plus(Duration.ofMinutes(3)));

        assertThat(RunningServer.json(repeat("a", LINE, "k"))).isEqualTo(first);
        assertThat(RunningServer.json(get("/v1/files")).path("data")).hasSize(1);
    }

    @Test
    void keyOfAnotherUploadIsRefused() throws Exception {
        assertThat(repeat("a", LINE, "k").statusCode()).isEqualTo(200);

        for (HttpResponse<String> other :
                List.of(repeat("a", LINE + LINE, "k"), repeat("b", LINE, "k"))) {
            assertThat(other.statusCode()).isEqualTo(422);
            assertThat(other.body()).contains("idempotency_error");
        }
        assertThat(RunningServer.json(get("/v1/files")).path("data")).hasSize(1);
    }

    @Test
    void refusedUploadDoesNotTakeItsKey() throws Exception {
        assertThat(repeat("", LINE, "k").statusCode()).isEqualTo(400);

        assertThat(repeat("a", LINE, "k").statusCode()).isEqualTo(200);
    }

    @Test
    void keyMustHaveCharacters() throws Exception {
        assertThat(repeat("a", LINE, "k".repeat(256)).statusCode()).isEqualTo(400);
    }

    @Test
    void headOfAContentHasItsLength() throws Exception {
        String id = create("a").path("id").stringValue();

        HttpResponse<String> head = send("HEAD", "/v1/files/" + id + "/content", "", "acme");

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(LINE.length());
    }

    @Test
    void compressedUploadIsStoredDecompressed() throws Exception {
        var compressed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(compressed)) {
            gzip.write(upload("a", LINE).getBytes(UTF_8));
        }
        HttpResponse<String> response;
        try (var client = HttpClient.newHttpClient()) {
            response =
                    client.send(
                            HttpRequest.newBuilder(server.uri("/v1/files"))
                                    .header("Content-Type", TYPE)
                                    .header("Authorization", "acme")
                                    .header("Content-Encoding", "gzip")
                                    .POST(
                                            HttpRequest.BodyPublishers.ofByteArray(
                                                    compressed.toByteArray()))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
        }
        String id = RunningServer.json(response).path("id").stringValue();

        assertThat(get("/v1/files/" + id + "/content").body()).isEqualTo(LINE);
    }

    @Test
    void deletedFileIsNotFound() throws Exception {
        String id = create("a").path("id").stringValue();

        JsonNode deleted = RunningServer.json(send("DELETE", "/v1/files/" + id, "", "acme"));

        assertThat(deleted.path("deleted").booleanValue()).isTrue();
        assertThat(deleted.path("id").stringValue()).isEqualTo(id);
        assertThat(get("/v1/files/" + id).statusCode()).isEqualTo(404);
        assertThat(get("/v1/files/" + id + "/content").statusCode()).isEqualTo(404);
        assertThat(send("DELETE", "/v1/files/" + id, "", "acme").statusCode()).isEqualTo(404);
        assertThat(stored()).isEmpty();
    }

    @Test
    void fileThatABatchStillReadsIsNotDeleted() throws Exception {
        String id = create("a").path("id").stringValue();
        needed = Set.of(id);

        HttpResponse<String> refused = send("DELETE", "/v1/files/" + id, "", "acme");

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("file_in_use");
        assertThat(get("/v1/files/" + id + "/content").statusCode()).isEqualTo(200);
    }

    @Test
    void listIsPaged() throws Exception {
        var ids = new ArrayList<String>();
        for (int i = 0; i < 3; i++) {
            ids.add(create("f" + i).path("id").stringValue());
        }
        ids.sort(null);

        JsonNode first = RunningServer.json(get("/v1/files?limit=2&order=asc"));
        JsonNode second =
                RunningServer.json(get("/v1/files?limit=2&order=asc&after=" + ids.get(1)));

        assertThat(first.path("object").stringValue()).isEqualTo("list");
        assertThat(first.path("has_more").booleanValue()).isTrue();
        assertThat(first.path("last_id").stringValue()).isEqualTo(ids.get(1));
        assertThat(second.path("has_more").booleanValue()).isFalse();
        assertThat(second.path("data").get(0).path("id").stringValue()).isEqualTo(ids.get(2));
        assertThat(RunningServer.json(get("/v1/files?purpose=vision")).path("data")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=10001", "limit=x", "order=up", "limit=-1"})
    void wrongParametersOfAListAreNamed(String query) throws Exception {
        HttpResponse<String> response = get("/v1/files?" + query);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(RunningServer.json(response).path("error").path("param").stringValue())
                .isEqualTo(query.substring(0, 5));
    }

    @Test
    void filesOfAnotherTenantAreNotFound() throws Exception {
        String path = "/v1/files/" + create("a").path("id").stringValue();

        assertThat(send("GET", path, "", "other").statusCode()).isEqualTo(404);
        assertThat(send("GET", path + "/content", "", "other").statusCode()).isEqualTo(404);
        assertThat(send("DELETE", path, "", "other").statusCode()).isEqualTo(404);
        assertThat(RunningServer.json(send("GET", "/v1/files", "", "other")).path("data"))
                .isEmpty();
        assertThat(get(path).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/files/..%2F..%2Fetc%2Fpasswd",
                "/v1/files/%2e%2e/content",
                "/v1/files/file-%00",
                "/v1/files/..%5c..%5cx/content",
                "/v1/files/file-00000000000000000000000000000000.json/content"
            })
    void pathsThatLeaveTheFolderAreNotFound(String path) throws Exception {
        Path outside = Files.writeString(root.resolve("secret"), "secret");
        String head =
                server.sendRaw(
                        "GET "
                                + path
                                + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: acme\r\n"
                                + "Connection: close\r\n\r\n");

        assertThat(head).containsPattern("^HTTP/1.1 (400|404) ");
        assertThat(outside).exists();
    }

    @Test
    void malformedUploadIsRefusedWithAReason() throws Exception {
        HttpResponse<String> response = send("POST", "/v1/files", "--xyz\r\nnonsense", "acme");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(RunningServer.json(response).path("error").path("message").stringValue())
                .startsWith("the multipart request is malformed: ");
        assertThat(stored()).isEmpty();
    }

    @Test
    void largeChunkedUploadIsRefusedBeforeItsEnd() throws Exception {
        var line = LINE.getBytes(UTF_8);
        var request =
                HttpRequest.newBuilder(server.uri("/v1/files"))
                        .header("Content-Type", TYPE)
                        .header("Authorization", "acme")
                        .POST(HttpRequest.BodyPublishers.ofInputStream(() -> endless(line)))
                        .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response =
                    client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(413);
            assertThat(response.body()).contains("file_too_large");
        } catch (IOException e) {
            // The client may notice the closed connection before it reads the answer, in any state.
            assertThat(e).isNotInstanceOf(HttpTimeoutException.class);
        }
        Awaitility.await().untilAsserted(() -> assertThat(stored()).isEmpty());
    }

    private static InputStream endless(byte[] line) {
        String head = upload("a", "").substring(0, upload("a", "").indexOf("\r\n--xyz\r\n", 5));
        return new SequenceInputStream(
                new ByteArrayInputStream(head.getBytes(UTF_8)), new RepeatedInput(line, 2_000_000));
    }

    @Test
    void uploadIsRefusedWhileTheDiskIsAlmostFull() throws Exception {
        String id = create("a").path("id").stringValue();
        freeBytes = (256 << 20) - 1;

        HttpResponse<String> refused = send("POST", "/v1/files", upload("b", LINE), "acme");

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("60");
        JsonNode error = RunningServer.json(refused).path("error");
        assertThat(error.path("code").stringValue()).isEqualTo("disk_full");
        assertThat(error.path("message").stringValue())
                .contains("until files expire or the operator of the gateway makes room");
        assertThat(get("/v1/files/" + id + "/content").body()).isEqualTo(LINE);
        freeBytes++;
        assertThat(create("b").path("status").stringValue()).isEqualTo("processed");
    }

    @Test
    void tenantWithManySlowDownloadsGetsNoMore() throws Exception {
        String path = "/v1/files/endless/content";
        var downloads = new ArrayList<Socket>();
        try {
            for (int i = 0; i < DownloadSlots.MAX_OF_TENANT; i++) {
                downloads.add(
                        server.begin(
                                "GET "
                                        + path
                                        + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: acme"
                                        + "\r\n\r\n"));
            }
            Awaitility.await().until(() -> begun.get() == downloads.size());

            HttpResponse<String> refused = get(path);

            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("5");
            assertThat(get("/v1/files").body()).contains("too_many_downloads");
            assertThat(send("GET", "/v1/files", "", "other").statusCode()).isEqualTo(200);
            endless.countDown();
            Awaitility.await().until(() -> get(path).statusCode() == 200);
        } finally {
            for (Socket download : downloads) {
                download.close();
            }
        }
    }

    @Test
    void brokenConnectionLeavesNothingBehind() throws Exception {
        try (var _ = unfinishedUpload()) {
            Awaitility.await().untilAsserted(() -> assertThat(stored()).hasSize(1));
        }

        Awaitility.await().untilAsserted(() -> assertThat(stored()).isEmpty());
    }

    @Test
    void tenantWithManyUnfinishedUploadsGetsNoMore() throws Exception {
        var sockets = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 16; i++) {
                sockets.add(unfinishedUpload());
            }
            Awaitility.await().untilAsserted(() -> assertThat(stored()).hasSize(sockets.size()));

            HttpResponse<String> refused = send("POST", "/v1/files", upload("a", LINE), "acme");

            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(send("POST", "/v1/files", upload("a", LINE), "other").statusCode())
                    .isEqualTo(200);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
        Awaitility.await()
                .untilAsserted(
                        () ->
                                assertThat(
                                                send("POST", "/v1/files", upload("a", LINE), "acme")
                                                        .statusCode())
                                        .isEqualTo(200));
    }

    private Socket unfinishedUpload() throws IOException {
        String body = upload("a", LINE);
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.uri("/").getPort());
        socket.getOutputStream()
                .write(
                        ("POST /v1/files HTTP/1.1\r\nHost: localhost\r\nAuthorization: acme\r\n"
                                        + "Content-Type: "
                                        + TYPE
                                        + "\r\nContent-Length: "
                                        + body.length()
                                        + "\r\n\r\n"
                                        + body.substring(0, body.length() - 10))
                                .getBytes(UTF_8));
        return socket;
    }

    @Test
    void storeThatDoesNotWorkIsReportedWithoutItsFolder() throws Exception {
        Path occupied = Files.createFile(root.resolve("occupied"));
        server.close();
        server = server(occupied);

        HttpResponse<String> response = send("POST", "/v1/files", upload("a", LINE), "acme");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(response.body()).doesNotContain(root.toString());
    }
}
