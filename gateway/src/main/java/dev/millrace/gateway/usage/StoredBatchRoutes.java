package dev.millrace.gateway.usage;

import dev.millrace.contracts.job.JobId;
import dev.millrace.gateway.figures.BatchSearch;
import dev.millrace.gateway.figures.CostDimension;
import dev.millrace.gateway.figures.CostGroup;
import dev.millrace.gateway.figures.CostJson;
import dev.millrace.gateway.figures.CostReader;
import dev.millrace.gateway.figures.FigureJson;
import dev.millrace.gateway.figures.ListedBatch;
import dev.millrace.gateway.figures.OutcomeReader;
import dev.millrace.gateway.figures.OutcomeReader.ErrorCount;
import dev.millrace.gateway.figures.Percentiles;
import dev.millrace.gateway.figures.UsageFilter;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.results.Connections;
import dev.millrace.gateway.results.LeastRateInput;
import dev.millrace.gateway.results.StoredResults;
import dev.millrace.results.BatchKey;
import dev.millrace.results.ResultStore;
import dev.millrace.results.StoredResult;
import dev.millrace.results.batch.BatchReader;
import dev.millrace.results.query.QueryRunner;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.LongSupplier;
import tools.jackson.core.JsonGenerator;

/** Answers questions about batches and results. */
final class StoredBatchRoutes {
    private static final int MAX_SEARCH_CHARS = 256;

    private final Connections connections;
    private final StoredResults results;
    private final ListedBatch.Waits waits;
    private final InstantSource clock;
    private final LongSupplier nanoTicker;

    StoredBatchRoutes(
            Connections connections,
            StoredResults results,
            UsageApi.Parts parts,
            ListedBatch.Waits waits) {
        this.connections = connections;
        this.results = results;
        this.waits = waits;
        this.clock = parts.clock();
        this.nanoTicker = parts.nanoTicker();
    }

    private BatchReader reader(QueryRunner runner) {
        return new BatchReader(runner, clock.instant());
    }

    List<ApiRoute> routes() {
        return List.of(
                ApiRoute.of(
                        "batches", Set.of("tenant", "limit", "cursor", "search"), this::batches),
                ApiRoute.of("batches/{id}", Set.of("tenant"), this::batch),
                ApiRoute.of(
                        "batches/{id}/results", Set.of("tenant", "after", "failed"), this::results),
                ApiRoute.of("results/{job_id}", Set.of(), this::result));
    }

    private void batches(UsageCall call) throws IOException {
        Optional<String> tenant = call.tenant();
        Optional<String> search = call.parameters().text("search");
        if (search.isPresent()) {
            search(call, tenant, search.get());
            return;
        }
        int limit = call.parameters().limit();
        Optional<BatchKey> after =
                call.parameters()
                        .cursor(2)
                        .map(
                                it ->
                                        new BatchKey(
                                                Objects.requireNonNullElse(it.get(0), ""),
                                                Objects.requireNonNullElse(it.get(1), "")));
        List<ListedBatch> found =
                connections.query(
                        tenant,
                        runner -> {
                            var listed = new ArrayList<ListedBatch>();
                            for (var batch : reader(runner).page(tenant, after, limit + 1)) {
                                listed.add(ListedBatch.of(batch, runner));
                            }
                            return listed;
                        });
        List<ListedBatch> page = found.subList(0, Math.min(limit, found.size()));
        Optional<String> next =
                found.size() > limit
                        ? Optional.of(
                                Cursor.of(
                                        List.of(
                                                page.getLast().status().key().tenant(),
                                                page.getLast().status().key().batch())))
                        : Optional.empty();
        send(call, page, next);
    }

    private void send(UsageCall call, List<ListedBatch> page, Optional<String> next) {
        Instant now = clock.instant();
        call.sendObject(
                json ->
                        FigureJson.writePage(
                                json, page, next, (out, batch) -> batch.write(out, waits, now)));
    }

    /** Answers with one page, because the order of the batches changes while they run. */
    private void search(UsageCall call, Optional<String> tenant, String text) throws IOException {
        if (call.parameters().text("cursor").isPresent()) {
            throw UsageErrors.parameter(
                    "cursor", "cursor is not possible with search, whose answer has one page");
        }
        if (text.length() > MAX_SEARCH_CHARS) {
            throw UsageErrors.parameter(
                    "search", "search must have at most " + MAX_SEARCH_CHARS + " characters");
        }
        int limit = call.parameters().limit();
        List<ListedBatch> found =
                connections.query(
                        tenant,
                        runner ->
                                new BatchSearch(runner, clock.instant())
                                        .latest(tenant, Optional.of(text), limit));
        send(call, found, Optional.empty());
    }

    /** Returns the batch of the path: a name within a tenant. */
    private static BatchKey key(UsageCall call) {
        return new BatchKey(call.tenant().orElse(BatchKey.DEFAULT_TENANT), call.path().getFirst());
    }

    static ApiError noBatch(BatchKey key) {
        return ApiError.notFound(
                "nothing is stored for batch %s of tenant %s".formatted(key.batch(), key.tenant()));
    }

    private record Detail(
            ListedBatch batch,
            List<CostGroup> models,
            SortedMap<String, ErrorCount> errors,
            Percentiles latency) {}

    private void batch(UsageCall call) throws IOException {
        BatchKey key = key(call);
        UsageFilter filter = UsageFilter.of(key);
        Detail detail =
                connections.query(
                        filter.tenant(),
                        runner -> {
                            var outcomes = new OutcomeReader(runner);
                            var costs = new CostReader(runner);
                            return new Detail(
                                    ListedBatch.of(
                                            reader(runner)
                                                    .find(key)
                                                    .orElseThrow(() -> noBatch(key)),
                                            runner),
                                    costs.groups(
                                            filter,
                                            new LinkedHashSet<>(List.of(CostDimension.MODEL))),
                                    outcomes.errors(filter),
                                    outcomes.latency(filter));
                        });
        call.sendObject(json -> write(json, detail));
    }

    private void write(JsonGenerator json, Detail detail) {
        detail.batch.write(json, waits, clock.instant());
        json.writeArrayPropertyStart("models");
        for (CostGroup model : detail.models) {
            json.writeStartObject();
            json.writeStringProperty("model", model.key().getFirst());
            CostJson.write(json, model);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayPropertyStart("errors");
        detail.errors.forEach((code, count) -> CostRoutes.write(json, code, count));
        json.writeEndArray();
        FigureJson.writeLatency(json, detail.latency, true);
    }

    private void results(UsageCall call) throws IOException {
        BatchKey key = key(call);
        Optional<Long> after = call.parameters().number("after");
        OptionalLong line = after.isPresent() ? OptionalLong.of(after.get()) : OptionalLong.empty();
        try (InputStream lines =
                results.results(key.tenant(), key.batch(), line, call.parameters().flag("failed"))
                        .map(it -> new LeastRateInput(it, nanoTicker))
                        .orElseThrow(() -> noBatch(key))) {
            // Not closed on failure: a complete end would hide that results are missing.
            OutputStream out = call.openLines();
            lines.transferTo(out);
            out.close();
        }
    }

    private void result(UsageCall call) throws IOException {
        JobId jobId =
                Parameters.parsed(
                        "job_id",
                        call.path().getFirst(),
                        "32 lower-case hexadecimal digits",
                        JobId::new);
        StoredResult result =
                connections
                        .query(
                                call.caller().readable(),
                                runner -> new ResultStore(runner).find(jobId))
                        .filter(it -> call.mayRead(it.view().tenant()))
                        .orElseThrow(
                                () -> ApiError.notFound("no result is stored for job " + jobId));
        call.sendJson(result.value());
    }
}
