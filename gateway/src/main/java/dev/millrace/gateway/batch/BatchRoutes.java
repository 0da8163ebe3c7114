package dev.millrace.gateway.batch;

import dev.millrace.contracts.json.JsonFields;
import dev.millrace.gateway.answer.ProviderHeaders;
import dev.millrace.gateway.batch.BatchState.Status;
import dev.millrace.gateway.estimate.BatchEstimate;
import dev.millrace.gateway.estimate.BatchEstimator;
import dev.millrace.gateway.file.DownloadSlots;
import dev.millrace.gateway.file.FileRecord;
import dev.millrace.gateway.file.UploadedFiles;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.http.Exchange;
import dev.millrace.gateway.http.HttpRoute;
import dev.millrace.gateway.http.PageQuery;
import dev.millrace.gateway.repeat.BodyDigest;
import dev.millrace.gateway.repeat.RepeatedRequests;
import dev.millrace.gateway.submission.BatchApi;
import dev.millrace.gateway.submission.FactStore;
import dev.millrace.gateway.submission.Submission;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/** Implements OpenAI's Batch API with two additions: results of a running batch, and retries. */
public final class BatchRoutes {
    private static final int DEFAULT_PAGE = 20;
    private static final long MAX_BODY_BYTES = 1 << 20;
    private static final int MAX_PAGE = 100;
    private static final Pattern LINE = Pattern.compile("[0-9]{1,15}");

    private final Batches batches;
    private final UploadedFiles files;
    private final Function<String, Optional<String>> requestTopics;
    private final ModelCheck models;
    private final BatchEvents events;
    private final BatchEstimator estimator;
    private final RepeatedRequests repeats;
    private final DownloadSlots downloads;

    /**
     * @param requestTopics finds the topic for the requests of a tenant
     * @param downloads shared by all routes that send files or results
     * @param maxLineBytes maximum size of a line of a file
     */
    public BatchRoutes(
            Batches batches,
            UploadedFiles files,
            Function<String, Optional<String>> requestTopics,
            BatchEvents events,
            BatchEstimator estimator,
            RepeatedRequests repeats,
            DownloadSlots downloads,
            int maxLineBytes) {
        this.repeats = repeats;
        this.downloads = downloads;
        this.events = events;
        this.estimator = estimator;
        models = new ModelCheck(files, maxLineBytes);
        this.batches = batches;
        this.files = files;
        this.requestTopics = requestTopics;
    }

    /** Returns the routes below {@code /v1/batches}. */
    public List<HttpRoute> routes() {
        return List.of(
                HttpRoute.post("batches", AvailabilityGuard.of(this::create)),
                HttpRoute.post("batches/estimate", AvailabilityGuard.of(this::estimate)),
                HttpRoute.get("batches", downloads.limiting(AvailabilityGuard.of(this::list))),
                HttpRoute.get("batches/{id}", AvailabilityGuard.of(this::find)),
                HttpRoute.post("batches/{id}/cancel", AvailabilityGuard.of(this::cancel)),
                HttpRoute.post("batches/{id}/retry", AvailabilityGuard.of(this::retry)),
                HttpRoute.get("batches/{id}/events", AvailabilityGuard.of(this::events)),
                HttpRoute.get(
                        "batches/{id}/results",
                        downloads.limiting(AvailabilityGuard.of(this::results))));
    }

    private void create(Exchange exchange) throws IOException, InterruptedException {
        ProviderHeaders.refuse(exchange);
        byte[] body = exchange.body(MAX_BODY_BYTES, "the limit of this path");
        var digest = new BodyDigest("batches");
        digest.add(body);
        createOnce(
                exchange,
                BatchApi.OPENAI,
                digest.end(),
                id -> create(exchange, id, acceptable(exchange, body)));
    }

    private BatchState create(Exchange exchange, String id, CreateRequest request)
            throws IOException, InterruptedException {
        if (request.mustFit()) {
            requireTime(estimate(exchange, request), request);
        }
        return batches.create(exchange.caller(), id, request, Optional.empty());
    }

    private static void requireTime(BatchEstimate estimate, CreateRequest request) {
        if (!estimate.isInTime()) {
            throw ApiError.invalid(
                    "completion_window",
                    "the jobs cannot end within %s: the limits of their models allow %s at the earliest"
                            .formatted(request.window(), estimate.sums().earliestEnd()));
        }
    }

    /** Creates a batch with an id. */
    private interface Creation {
        BatchState create(String id) throws IOException, InterruptedException;
    }

    /** Creates a batch, or sends the batch that an earlier request with this key created. */
    private void createOnce(Exchange exchange, BatchApi api, String digest, Creation creation)
            throws IOException, InterruptedException {
        try (var claim = repeats.claim(exchange, digest, batches.newId(api))) {
            Optional<BatchState> known = batches.known(exchange.caller().tenant(), claim.id());
            BatchState state = known.isPresent() ? known.get() : creation.create(claim.id());
            claim.complete(digest, claim.id());
            send(exchange, state);
        }
    }

    private void estimate(Exchange exchange) throws IOException, InterruptedException {
        CreateRequest request =
                acceptable(exchange, exchange.body(MAX_BODY_BYTES, "the limit of this path"));
        exchange.sendJson(JsonFields.bytes(estimate(exchange, request).toJson()));
    }

    private BatchEstimate estimate(Exchange exchange, CreateRequest request)
            throws IOException, InterruptedException {
        InputStream content =
                files.open(exchange.caller().tenant(), request.inputFile())
                        .orElseThrow(() -> noFile(request));
        Submission draft =
                batches.draft(
                        exchange.caller(),
                        batches.newId(BatchApi.OPENAI),
                        request,
                        Optional.empty());
        return estimator.estimate(draft, content);
    }

    private static ApiError noFile(CreateRequest request) {
        return ApiError.invalid(
                "input_file_id", "there is no file with the id " + request.inputFile());
    }

    /**
     * Reads a request for a batch that the caller may submit.
     *
     * @throws ApiError with the reason why the caller may not
     */
    private CreateRequest acceptable(Exchange exchange, byte[] body)
            throws IOException, InterruptedException {
        CreateRequest request = CreateRequest.read(body);
        String tenant = exchange.caller().tenant();
        FileRecord file =
                files.find(tenant, request.inputFile()).orElseThrow(() -> noFile(request));
        requireTopic(requestTopics, tenant);
        models.check(exchange.caller(), request.inputFile());
        return request.withFileName(file.filename());
    }

    /**
     * Checks that a tenant may submit batches.
     *
     * @throws ApiError if there is no topic for its requests
     */
    public static void requireTopic(
            Function<String, Optional<String>> requestTopics, String tenant) {
        if (requestTopics.apply(tenant).isEmpty()) {
            throw ApiError.of(
                    ErrorKind.FORBIDDEN,
                    "no_request_topic",
                    "request_topics has no topic for the tenant " + tenant);
        }
    }

    private void retry(Exchange exchange) throws IOException, InterruptedException {
        BatchState state = required(exchange);
        String id = state.facts().submission().id();
        var digest = new BodyDigest("batches/" + id + "/retry");
        createOnce(
                exchange,
                BatchApi.of(id).orElseThrow(),
                digest.end(),
                retry -> createRetry(exchange, state, retry));
    }

    private BatchState createRetry(Exchange exchange, BatchState state, String retry)
            throws IOException, InterruptedException {
        Submission batch = state.facts().submission();
        boolean hasRun = state.status().isEnd() && state.status() != Status.FAILED;
        if (!hasRun || state.counts().succeeded() >= state.total()) {
            throw conflict(
                    "nothing_to_retry",
                    "only an ended batch with failed lines can be retried; the status is "
                            + state.status().word());
        }
        if (files.find(batch.tenant(), batch.inputFile()).isEmpty()) {
            throw conflict(
                    "input_file_deleted",
                    "the input file "
                            + batch.inputFile()
                            + " of the batch does not exist any more");
        }
        if (!batches.hasResults(state)) {
            throw conflict(
                    "results_deleted",
                    "the sink has deleted results of the batch, so that its failed lines are not"
                            + " known");
        }
        Optional<String> earlier = batches.retryOf(batch);
        if (earlier.isPresent()) {
            throw alreadyRetried(batch.tenant(), earlier.get());
        }
        if (!batches.mayBeRetried(batch)) {
            throw conflict(
                    "too_many_retries",
                    "a batch has at most "
                            + FactStore.MAX_RETRIES
                            + " retries; submit the lines without a result in a new file");
        }
        models.check(exchange.caller(), batch.inputFile());
        return batches.create(
                exchange.caller(), retry, CreateRequest.retryOf(batch), Optional.of(batch.id()));
    }

    private ApiError alreadyRetried(String tenant, String retry) throws IOException {
        Optional<BatchState> found = batches.find(tenant, retry);
        boolean canBeRetried = found.filter(it -> it.status() != Status.FAILED).isPresent();
        return conflict(
                "already_retried",
                "the failed lines are repeated by the batch "
                        + retry
                        + (canBeRetried
                                ? "; retry that batch when it has ended"
                                : ", which has failed or was deleted, so that it is not known here"
                                        + " which lines it has published; submit the lines without"
                                        + " a result in a new file"));
    }

    private static ApiError conflict(String code, String message) {
        return ApiError.of(ErrorKind.CONFLICT, code, message);
    }

    private static void send(Exchange exchange, BatchState state) {
        exchange.sendJson(JsonFields.bytes(BatchJson.of(state)));
    }

    private BatchState required(Exchange exchange) throws IOException {
        return batches.find(exchange.caller().tenant(), exchange.path().getFirst())
                .orElseThrow(() -> ApiError.notFound("there is no batch with this id"));
    }

    private void find(Exchange exchange) throws IOException {
        send(exchange, required(exchange));
    }

    private void list(Exchange exchange) throws IOException {
        PageQuery page = PageQuery.read(exchange.request().query(), DEFAULT_PAGE, MAX_PAGE);
        List<BatchState> found = batches.list(exchange.caller().tenant(), BatchApi.OPENAI, page);
        List<ObjectNode> shown = found.stream().limit(page.limit()).map(BatchJson::of).toList();
        ObjectNode json = JsonFields.object();
        json.put("object", "list");
        var data = json.putArray("data");
        shown.forEach(data::add);
        json.set("first_id", shown.isEmpty() ? json.nullNode() : shown.getFirst().path("id"));
        json.set("last_id", shown.isEmpty() ? json.nullNode() : shown.getLast().path("id"));
        json.put("has_more", found.size() > shown.size());
        exchange.sendJson(JsonFields.bytes(json));
    }

    private void cancel(Exchange exchange) throws IOException {
        BatchState state = required(exchange);
        if (state.status().isEnd() && state.status() != Status.CANCELLED) {
            throw conflict(
                    "batch_ended",
                    "a batch with the status " + state.status().word() + " cannot be cancelled");
        }
        send(exchange, state.status().isEnd() ? state : batches.cancel(state));
    }

    private void results(Exchange exchange) throws IOException {
        BatchState state = required(exchange);
        Optional<InputStream> results =
                batches.results(state.facts().submission(), after(exchange));
        // Not closed on failure: a complete end would hide that lines are missing.
        OutputStream out = exchange.open("application/jsonl");
        if (results.isPresent()) {
            try (InputStream in = results.get()) {
                var _ = in.transferTo(out);
            }
        }
        out.close();
    }

    private void events(Exchange exchange) throws IOException, InterruptedException {
        BatchState state = required(exchange);
        if (!exchange.answersHead(Exchange.EVENTS, 0)) {
            events.send(
                    state,
                    exchange.caller().limits()::isInForce,
                    () -> exchange.open(Exchange.EVENTS));
        }
    }

    private static OptionalLong after(Exchange exchange) {
        String text = exchange.request().query().first("after").orElse("0");
        if (!LINE.matcher(text).matches()) {
            throw ApiError.invalid("after", "after must be a line number of 0 or more");
        }
        long line = Long.parseLong(text);
        return line == 0 ? OptionalLong.empty() : OptionalLong.of(line);
    }
}
