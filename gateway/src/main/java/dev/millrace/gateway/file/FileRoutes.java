package dev.millrace.gateway.file;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.gateway.file.VirtualFiles.VirtualFile;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.http.Exchange;
import dev.millrace.gateway.http.HttpRoute;
import dev.millrace.gateway.http.PageQuery;
import dev.millrace.gateway.repeat.RepeatedRequests;
import dev.millrace.gateway.store.StorageException;
import dev.millrace.gateway.store.TenantFolder;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;

/** OpenAI's Files API. */
public final class FileRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(FileRoutes.class);
    private static final String BYTES = "application/octet-stream";
    private static final int MAX_PAGE = 10_000;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final UploadedFiles files;
    private final VirtualFiles virtual;
    private final NeededFiles needed;
    private final UploadSlots slots;
    private final RepeatedRequests repeats;
    private final DownloadSlots downloads;

    /**
     * @param slots shared by all routes that receive files
     * @param downloads shared by all routes that send files or results
     * @param repeats the requests with an Idempotency-Key
     */
    public FileRoutes(
            UploadedFiles files,
            VirtualFiles virtual,
            NeededFiles needed,
            UploadSlots slots,
            DownloadSlots downloads,
            RepeatedRequests repeats) {
        this.repeats = repeats;
        this.downloads = downloads;
        this.files = files;
        this.virtual = virtual;
        this.needed = needed;
        this.slots = slots;
    }

    /** Returns the routes below {@code /v1/files}. */
    public List<HttpRoute> routes() {
        return List.of(
                HttpRoute.post("files", it -> run(it, this::create)),
                HttpRoute.get("files", downloads.limiting(it -> run(it, this::list))),
                HttpRoute.get("files/{id}", downloads.limiting(it -> run(it, this::find))),
                HttpRoute.delete("files/{id}", it -> run(it, this::delete)),
                HttpRoute.get(
                        "files/{id}/content", downloads.limiting(it -> run(it, this::content))));
    }

    /** Answers a request with the store. */
    private interface Action {
        void run(Exchange exchange) throws IOException, InterruptedException;
    }

    private static void run(Exchange exchange, Action action)
            throws IOException, InterruptedException {
        try {
            action.run(exchange);
        } catch (RefusedUploadException e) {
            throw e.toApiError();
        } catch (IOException e) {
            if (exchange.response().bytesWritten() > 0) {
                throw e;
            }
            LOG.atWarn()
                    .addKeyValue("request_id", exchange.requestId())
                    .addKeyValue("reason", e.getMessage())
                    .log("A request about a file cannot be answered now");
            throw ApiError.overloaded(
                    RETRY_AFTER,
                    "the gateway cannot access its files or the sink now; repeat the request");
        }
    }

    private void create(Exchange exchange) throws IOException, InterruptedException {
        String contentType =
                exchange.request().headers().first(HeaderNames.CONTENT_TYPE).orElse(null);
        String tenant = exchange.caller().tenant();
        slots.acquire(exchange);
        try {
            FileRecord file = receive(exchange, contentType);
            slots.onReceived(file.bytes());
            exchange.sendJson(object(json -> write(json, file)));
        } finally {
            slots.release(tenant);
        }
    }

    /**
     * Receives the file of a request. Of a refused request, nothing more is read: the connection is
     * closed, where the server would otherwise read the rest to its end.
     */
    private FileRecord receive(Exchange exchange, @Nullable String contentType)
            throws IOException, InterruptedException {
        try {
            return new UploadReader(files)
                    .receive(
                            exchange.caller().tenant(),
                            contentType,
                            exchange.input(),
                            (upload, received) -> completeOnce(exchange, upload, received));
        } catch (RefusedUploadException | StorageException | ApiError e) {
            exchange.response().header(HeaderValues.CONNECTION_CLOSE);
            throw e;
        } catch (IOException e) {
            exchange.response().header(HeaderValues.CONNECTION_CLOSE);
            throw ApiError.of(
                    ErrorKind.INVALID_REQUEST,
                    "incomplete_request",
                    String.valueOf(e.getMessage()));
        }
    }

    /** Completes an upload, or finds the file of an earlier request with this key. */
    private FileRecord completeOnce(
            Exchange exchange, Upload upload, UploadReader.Received received)
            throws StorageException, InterruptedException {
        try (var claim = repeats.claim(exchange, received.digest(), upload.id())) {
            Optional<FileRecord> earlier = files.find(exchange.caller().tenant(), claim.id());
            FileRecord file = earlier.isPresent() ? earlier.get() : received.complete(upload);
            claim.complete(received.digest(), file.id());
            return file;
        }
    }

    private void list(Exchange exchange) throws IOException {
        var query = exchange.request().query();
        PageQuery page = PageQuery.read(query, MAX_PAGE, MAX_PAGE);
        List<FileRecord> found =
                files.list(
                        exchange.caller().tenant(),
                        page.after(),
                        page.isAscending(),
                        query.first("purpose").orElse(null),
                        page.limit() + 1);
        List<FileRecord> shown = found.subList(0, Math.min(found.size(), page.limit()));
        exchange.sendJson(
                object(
                        json -> {
                            json.writeStringProperty("object", "list");
                            json.writeArrayPropertyStart("data");
                            for (FileRecord file : shown) {
                                json.writeStartObject();
                                write(json, file);
                                json.writeEndObject();
                            }
                            json.writeEndArray();
                            json.writeStringProperty(
                                    "first_id", shown.isEmpty() ? null : shown.getFirst().id());
                            json.writeStringProperty(
                                    "last_id", shown.isEmpty() ? null : shown.getLast().id());
                            json.writeBooleanProperty("has_more", found.size() > shown.size());
                        }));
    }

    private Optional<VirtualFile> virtual(Exchange exchange) throws IOException {
        return virtual.find(exchange.caller().tenant(), exchange.path().getFirst());
    }

    private FileRecord required(Exchange exchange) throws IOException {
        Optional<VirtualFile> made = virtual(exchange);
        if (made.isPresent()) {
            return made.get().record();
        }
        String id = exchange.path().getFirst();
        return files.find(exchange.caller().tenant(), id).orElseThrow(FileRoutes::noFile);
    }

    private static ApiError noFile() {
        return ApiError.notFound("there is no file with this id");
    }

    private void find(Exchange exchange) throws IOException {
        FileRecord file = required(exchange);
        exchange.sendJson(object(json -> write(json, file)));
    }

    private void delete(Exchange exchange) throws IOException {
        String id = exchange.path().getFirst();
        if (virtual(exchange).isPresent()) {
            throw ApiError.of(
                    ErrorKind.INVALID_REQUEST,
                    "not_deletable",
                    "the file is read from the results of its batch, which sink.retention deletes");
        }
        if (needed.of(TenantFolder.of(exchange.caller().tenant())).contains(id)) {
            throw ApiError.of(
                    ErrorKind.CONFLICT,
                    "file_in_use",
                    "a batch has not read the whole file yet; delete the file later, or cancel the"
                            + " batch first");
        }
        if (!files.delete(exchange.caller().tenant(), id)) {
            throw noFile();
        }
        exchange.sendJson(
                object(
                        json -> {
                            json.writeStringProperty("id", id);
                            json.writeStringProperty("object", "file");
                            json.writeBooleanProperty("deleted", true);
                        }));
    }

    private void content(Exchange exchange) throws IOException {
        Optional<VirtualFile> made = virtual(exchange);
        if (made.isPresent()) {
            // Not closed on failure: a complete end would hide that lines are missing.
            OutputStream out = exchange.open(BYTES);
            made.get().writeTo(out);
            out.close();
            return;
        }
        FileRecord file = required(exchange);
        if (exchange.answersHead(BYTES, file.bytes())) {
            return;
        }
        Optional<InputStream> content = files.open(exchange.caller().tenant(), file.id());
        try (InputStream in = content.orElseThrow(FileRoutes::noFile)) {
            exchange.response().header(HeaderNames.CONTENT_LENGTH, Long.toString(file.bytes()));
            // Not closed on failure: a complete end would hide that bytes are missing.
            OutputStream out = exchange.open(BYTES);
            var _ = in.transferTo(out);
            out.close();
        }
    }

    private static byte[] object(Consumer<JsonGenerator> properties) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            properties.accept(json);
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void write(JsonGenerator json, FileRecord file) {
        json.writeStringProperty("id", file.id());
        json.writeStringProperty("object", "file");
        json.writeNumberProperty("bytes", file.bytes());
        json.writeNumberProperty("created_at", file.createdAt().getEpochSecond());
        if (file.expiresAt().isPresent()) {
            json.writeNumberProperty("expires_at", file.expiresAt().get().getEpochSecond());
        } else {
            json.writeNullProperty("expires_at");
        }
        json.writeStringProperty("filename", file.filename());
        json.writeStringProperty("purpose", file.purpose());
        json.writeStringProperty("status", "processed");
        json.writeNullProperty("status_details");
    }
}
