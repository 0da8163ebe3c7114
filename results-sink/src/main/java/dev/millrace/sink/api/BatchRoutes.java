package dev.millrace.sink.api;

import dev.millrace.contracts.job.JobId;
import dev.millrace.sink.query.QueryRunner;
import dev.millrace.sink.store.BatchKey;
import dev.millrace.sink.store.Percentiles;
import dev.millrace.sink.store.ResultStore;
import dev.millrace.sink.store.StoredResult;
import dev.millrace.sink.usage.BatchJson;
import dev.millrace.sink.usage.BatchReader;
import dev.millrace.sink.usage.BatchStatus;
import dev.millrace.sink.usage.CostDimension;
import dev.millrace.sink.usage.CostGroup;
import dev.millrace.sink.usage.CostJson;
import dev.millrace.sink.usage.CostReader;
import dev.millrace.sink.usage.FigureJson;
import dev.millrace.sink.usage.OutcomeReader;
import dev.millrace.sink.usage.OutcomeReader.ErrorCount;
import dev.millrace.sink.usage.UsageFilter;
import java.io.IOException;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import tools.jackson.core.JsonGenerator;

/** Answers questions about batches and results. */
final class BatchRoutes {
    private final Connections connections;
    private final InstantSource clock;

    BatchRoutes(Connections connections, InstantSource clock) {
        this.connections = connections;
        this.clock = clock;
    }

    private BatchReader reader(QueryRunner runner) {
        return new BatchReader(runner, clock.instant());
    }

    List<Route> routes() {
        return List.of(
                Route.of("batches", Set.of("tenant", "limit", "cursor"), this::batches),
                Route.of("batches/{id}", Set.of("tenant"), this::batch),
                Route.of("batches/{id}/results", Set.of("tenant", "after"), this::results),
                Route.of("results/{job_id}", Set.of(), this::result));
    }

    private void batches(Call call) throws IOException {
        Optional<String> tenant = call.caller().tenant(call.parameters().text("tenant"));
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
        call.sendObject(json -> FigureJson.writePage(json, page, next, BatchJson::write));
    }

    /** Returns the batch of the path: a name within a tenant. */
    private static BatchKey key(Call call) {
        String tenant =
                call.caller()
                        .tenant(call.parameters().text("tenant"))
                        .orElse(BatchKey.DEFAULT_TENANT);
        return new BatchKey(tenant, call.path().getFirst());
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

    private void batch(Call call) throws IOException {
        BatchKey key = key(call);
        var filter =
                new UsageFilter(
                        Optional.of(key.tenant()),
                        Optional.of(key.batch()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
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
        BatchJson.write(json, detail.status);
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
        detail.errors.forEach((code, count) -> UsageRoutes.write(json, code, count));
        json.writeEndArray();
        FigureJson.writeLatency(json, detail.latency, true);
    }

    private void results(Call call) throws IOException {
        BatchKey key = key(call);
        Optional<Long> after = call.parameters().number("after");
        connections.export(
                key.tenant(),
                runner -> {
                    if (!reader(runner).exists(key)) {
                        throw noBatch(key);
                    }
                    var store = new ResultStore(runner);
                    // Not closed on failure: a complete end would hide that results are missing.
                    OutputStream out = call.openLines(connections.timer());
                    if (after.isPresent()) {
                        store.exportInOrderAfter(key, after.get(), out);
                    } else {
                        store.exportInOrder(key, out);
                    }
                    out.close();
                    return key;
                });
    }

    private void result(Call call) throws IOException {
        JobId jobId =
                Parameters.parsed(
                        "job_id",
                        call.path().getFirst(),
                        "32 lower-case hexadecimal digits",
                        JobId::new);
        StoredResult result =
                connections
                        .query(runner -> new ResultStore(runner).find(jobId))
                        .filter(it -> call.caller().mayRead(it.view().tenant()))
                        .orElseThrow(
                                () -> ApiError.notFound("no result is stored for job " + jobId));
        call.sendJson(result.value());
    }
}
