package dev.millrace.gateway.usage;

import dev.millrace.contracts.job.JobId;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.results.Connections;
import dev.millrace.gateway.results.LeastRateInput;
import dev.millrace.gateway.results.StoredResults;
import dev.millrace.store.query.QueryRunner;
import dev.millrace.store.result.BatchKey;
import dev.millrace.store.result.Percentiles;
import dev.millrace.store.result.ResultStore;
import dev.millrace.store.result.StoredResult;
import dev.millrace.store.usage.BatchReader;
import dev.millrace.store.usage.BatchStatus;
import dev.millrace.store.usage.BatchStatusJson;
import dev.millrace.store.usage.CostDimension;
import dev.millrace.store.usage.CostGroup;
import dev.millrace.store.usage.CostJson;
import dev.millrace.store.usage.CostReader;
import dev.millrace.store.usage.FigureJson;
import dev.millrace.store.usage.OutcomeReader;
import dev.millrace.store.usage.OutcomeReader.ErrorCount;
import dev.millrace.store.usage.UsageFilter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.InstantSource;
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
    private final Connections connections;
    private final StoredResults results;
    private final InstantSource clock;
    private final LongSupplier nanoTicker;

    StoredBatchRoutes(
            Connections connections,
            StoredResults results,
            InstantSource clock,
            LongSupplier nanoTicker) {
        this.connections = connections;
        this.results = results;
        this.clock = clock;
        this.nanoTicker = nanoTicker;
    }

    private BatchReader reader(QueryRunner runner) {
        return new BatchReader(runner, clock.instant());
    }

    List<ApiRoute> routes() {
        return List.of(
                ApiRoute.of("batches", Set.of("tenant", "limit", "cursor"), this::batches),
                ApiRoute.of("batches/{id}", Set.of("tenant"), this::batch),
                ApiRoute.of("batches/{id}/results", Set.of("tenant", "after"), this::results),
                ApiRoute.of("results/{job_id}", Set.of(), this::result));
    }

    private void batches(UsageCall call) throws IOException {
        Optional<String> tenant = call.tenant();
        int limit = call.parameters().limit();
        Optional<BatchKey> after =
                call.parameters()
                        .cursor(2)
                        .map(
                                it ->
                                        new BatchKey(
                                                Objects.requireNonNullElse(it.get(0), ""),
                                                Objects.requireNonNullElse(it.get(1), "")));
        List<BatchStatus> found =
                connections.query(tenant, runner -> reader(runner).page(tenant, after, limit + 1));
        List<BatchStatus> page = found.subList(0, Math.min(limit, found.size()));
        Optional<String> next =
                found.size() > limit
                        ? Optional.of(
                                Cursor.of(
                                        List.of(
                                                page.getLast().key().tenant(),
                                                page.getLast().key().batch())))
                        : Optional.empty();
        call.sendObject(json -> FigureJson.writePage(json, page, next, BatchStatusJson::write));
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
            BatchStatus status,
            CostGroup costs,
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
                                    reader(runner).find(key).orElseThrow(() -> noBatch(key)),
                                    costs.total(filter),
                                    costs.groups(
                                            filter,
                                            new LinkedHashSet<>(List.of(CostDimension.MODEL))),
                                    outcomes.errors(filter),
                                    outcomes.latency(filter));
                        });
        call.sendObject(json -> write(json, detail));
    }

    private static void write(JsonGenerator json, Detail detail) {
        BatchStatusJson.write(json, detail.status);
        json.writeObjectPropertyStart("costs");
        CostJson.write(json, detail.costs);
        json.writeEndObject();
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
                results.results(key.tenant(), key.batch(), line)
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
