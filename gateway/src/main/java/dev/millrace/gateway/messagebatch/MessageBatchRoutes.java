package dev.millrace.gateway.messagebatch;

import dev.millrace.contracts.json.JsonFields;
import dev.millrace.gateway.batch.AvailabilityGuard;
import dev.millrace.gateway.batch.BatchRoutes;
import dev.millrace.gateway.batch.BatchState;
import dev.millrace.gateway.batch.BatchState.Status;
import dev.millrace.gateway.batch.Batches;
import dev.millrace.gateway.file.DownloadSlots;
import dev.millrace.gateway.file.FileRecord;
import dev.millrace.gateway.file.NeededFiles;
import dev.millrace.gateway.file.UploadSlots;
import dev.millrace.gateway.file.UploadedFiles;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.http.Exchange;
import dev.millrace.gateway.http.HttpRoute;
import dev.millrace.gateway.http.PageQuery;
import dev.millrace.gateway.repeat.RepeatedRequests;
import dev.millrace.gateway.store.TenantFolder;
import dev.millrace.gateway.submission.BatchApi;
import dev.millrace.gateway.submission.BatchFacts.Checked;
import dev.millrace.gateway.submission.Submission;
import dev.millrace.producer.BatchFileReader;
import io.helidon.common.uri.UriQuery;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Anthropic's Message Batches API. */
public final class MessageBatchRoutes {
    private static final int DEFAULT_PAGE = 20;
    private static final int MAX_PAGE = 1_000;
    private static final HeaderName FORWARDED_PROTO = HeaderNames.create("X-Forwarded-Proto");

    private final Parts parts;
    private final DownloadSlots downloads;
    private final MessageBatchUpload upload;

    /**
     * The dependencies of the routes.
     *
     * @param needed files that must not be deleted
     * @param slots shared by all routes that receive files
     * @param requestTopics finds the topic for the requests of a tenant
     * @param repeats the requests with an Idempotency-Key
     * @param maxRequestBytes maximum size of a request
     * @param maxResultBytes maximum size of a result
     */
    public record Parts(
            Batches batches,
            UploadedFiles files,
            NeededFiles needed,
            UploadSlots slots,
            Function<String, Optional<String>> requestTopics,
            RepeatedRequests repeats,
            int maxRequestBytes,
            int maxResultBytes) {}

    /**
     * @param downloads shared by all routes that send files or results
     */
    public MessageBatchRoutes(Parts parts, DownloadSlots downloads, InstantSource clock) {
        this.parts = parts;
        this.downloads = downloads;
        upload =
                new MessageBatchUpload(
                        parts.files(), parts.slots(), parts.maxRequestBytes(), clock);
    }

    /** Returns the routes below {@code /v1/messages/batches}. */
    public List<HttpRoute> routes() {
        return List.of(
                HttpRoute.post("messages/batches", AvailabilityGuard.of(this::create)),
                HttpRoute.get(
                        "messages/batches", downloads.limiting(AvailabilityGuard.of(this::list))),
                HttpRoute.get("messages/batches/{id}", AvailabilityGuard.of(this::find)),
                HttpRoute.delete("messages/batches/{id}", AvailabilityGuard.of(this::delete)),
                HttpRoute.post("messages/batches/{id}/cancel", AvailabilityGuard.of(this::cancel)),
                HttpRoute.get(
                        "messages/batches/{id}/results",
                        downloads.limiting(AvailabilityGuard.of(this::results))));
    }

    private void create(Exchange exchange) throws IOException, InterruptedException {
        BatchRoutes.requireTopic(parts.requestTopics(), exchange.caller().tenant());
        MessageBatchUpload.Received received = upload.receive(exchange);
        String tenant = exchange.caller().tenant();
        String file = received.request().inputFile();
        BatchState state;
        try {
            state = createOnce(exchange, received);
        } catch (IOException | InterruptedException | RuntimeException e) {
            var _ = parts.files().delete(tenant, file);
            throw e;
        }
        if (!state.facts().submission().inputFile().equals(file)) {
            // An earlier request created the batch, which has its own file.
            var _ = parts.files().delete(tenant, file);
        }
        send(exchange, state);
    }

    /** Creates a batch, or finds the batch that an earlier request with this key created. */
    private BatchState createOnce(Exchange exchange, MessageBatchUpload.Received received)
            throws IOException, InterruptedException {
        Batches batches = parts.batches();
        try (var claim =
                parts.repeats()
                        .claim(exchange, received.digest(), batches.newId(BatchApi.ANTHROPIC))) {
            Optional<BatchState> known = batches.known(exchange.caller().tenant(), claim.id());
            BatchState state =
                    known.isPresent()
                            ? known.get()
                            : batches.create(
                                    exchange.caller(),
                                    claim.id(),
                                    received.request(),
                                    Optional.empty());
            claim.complete(received.digest(), claim.id());
            return state;
        }
    }

    private void send(Exchange exchange, BatchState state) throws IOException {
        exchange.sendJson(JsonFields.bytes(json(exchange, state)));
    }

    private ObjectNode json(Exchange exchange, BatchState state) throws IOException {
        String url = url(exchange, state.facts().submission().id());
        return MessageBatchJson.of(state, total(state), url);
    }

    /**
     * Returns the number of requests: counted by the check of the batch, or before the check the
     * number of lines of its file.
     */
    private long total(BatchState state) throws IOException {
        Submission batch = state.facts().submission();
        Optional<Long> checked =
                state.status() == Status.FAILED
                        ? Optional.empty()
                        : state.facts().checked().map(Checked::lines);
        if (checked.isPresent()) {
            return checked.get();
        }
        return parts.files()
                .find(batch.tenant(), batch.inputFile())
                .map(FileRecord::lines)
                .orElseGet(() -> state.facts().checked().map(Checked::lines).orElse(0L));
    }

    /**
     * Returns the URL of the results. Clients send their key to this URL, so it must have the
     * scheme that they have used.
     */
    private static String url(Exchange exchange, String id) {
        String scheme =
                exchange.request()
                        .headers()
                        .first(FORWARDED_PROTO)
                        .filter(it -> it.equals("https") || it.equals("http"))
                        .orElse(exchange.request().isSecure() ? "https" : "http");
        return "%s://%s/v1/messages/batches/%s/results"
                .formatted(scheme, exchange.request().authority(), id);
    }

    private BatchState required(Exchange exchange) throws IOException {
        String id = exchange.path().getFirst();
        return (BatchApi.ANTHROPIC.isId(id)
                        ? parts.batches().find(exchange.caller().tenant(), id)
                        : Optional.<BatchState>empty())
                .orElseThrow(() -> ApiError.notFound("there is no message batch with this id"));
    }

    private void find(Exchange exchange) throws IOException {
        send(exchange, required(exchange));
    }

    private void list(Exchange exchange) throws IOException {
        UriQuery query = exchange.request().query();
        int limit = PageQuery.limit(query, DEFAULT_PAGE, MAX_PAGE);
        String after = query.first("after_id").orElse(null);
        String before = query.first("before_id").orElse(null);
        if (after != null && before != null) {
            throw ApiError.invalid("before_id", "before_id and after_id exclude each other");
        }
        var page = new PageQuery(before == null ? after : before, limit, before != null);
        List<BatchState> found =
                parts.batches().list(exchange.caller().tenant(), BatchApi.ANTHROPIC, page);
        var shown = new ArrayList<>(found.subList(0, Math.min(found.size(), limit)));
        if (before != null) {
            Collections.reverse(shown);
        }
        ObjectNode json = JsonFields.object();
        var data = json.putArray("data");
        for (BatchState state : shown) {
            data.add(json(exchange, state));
        }
        json.put("has_more", found.size() > shown.size());
        json.put("first_id", shown.isEmpty() ? null : id(shown.getFirst()));
        json.put("last_id", shown.isEmpty() ? null : id(shown.getLast()));
        exchange.sendJson(JsonFields.bytes(json));
    }

    private static String id(BatchState state) {
        return state.facts().submission().id();
    }

    private void cancel(Exchange exchange) throws IOException {
        BatchState state = required(exchange);
        if (state.status().isEnd() && state.status() != Status.CANCELLED) {
            throw refused("a batch that has ended cannot be canceled");
        }
        send(exchange, state.status().isEnd() ? state : parts.batches().cancel(state));
    }

    private static ApiError refused(String message) {
        return ApiError.of(ErrorKind.INVALID_REQUEST, "invalid_status", message);
    }

    private void delete(Exchange exchange) throws IOException {
        BatchState state = required(exchange);
        if (!state.status().isEnd()) {
            throw refused("only a batch that has ended can be deleted; cancel it first");
        }
        parts.batches().delete(state);
        Submission batch = state.facts().submission();
        if (!parts.needed().of(TenantFolder.of(batch.tenant())).contains(batch.inputFile())) {
            var _ = parts.files().delete(batch.tenant(), batch.inputFile());
        }
        ObjectNode json = JsonFields.object();
        json.put("id", batch.id());
        json.put("type", "message_batch_deleted");
        exchange.sendJson(JsonFields.bytes(json));
    }

    private void results(Exchange exchange) throws IOException {
        BatchState state = required(exchange);
        if (!state.status().isEnd()) {
            throw refused("the results can be read when the batch has ended");
        }
        if (!parts.batches().hasResults(state)) {
            throw ApiError.notFound("the sink has deleted results of this batch (sink.retention)");
        }
        Submission batch = state.facts().submission();
        try (BatchFileReader requests = reader(requests(batch), parts.maxRequestBytes());
                BatchFileReader results =
                        reader(
                                parts.batches().results(batch, OptionalLong.empty()).orElse(null),
                                parts.maxResultBytes())) {
            // Not closed on failure: a complete end would hide that lines are missing.
            OutputStream out = exchange.open("application/x-jsonl");
            new MessageResults(out, state.status() == Status.CANCELLED).copy(requests, results);
            out.close();
        }
    }

    /** Opens the requests; null if the file was deleted, or if only some of its lines are meant. */
    private @Nullable InputStream requests(Submission batch) throws IOException {
        return batch.retryOf().isPresent()
                ? null
                : parts.files().openAccepted(batch.tenant(), batch.inputFile()).orElse(null);
    }

    private static BatchFileReader reader(@Nullable InputStream in, int maxLineBytes) {
        return new BatchFileReader(in == null ? InputStream.nullInputStream() : in, maxLineBytes);
    }
}
