package dev.millrace.sink.api;

import dev.millrace.sink.database.DatabaseException;
import dev.millrace.sink.store.Percentiles;
import dev.millrace.sink.usage.CostDimension;
import dev.millrace.sink.usage.CostGroup;
import dev.millrace.sink.usage.CostJson;
import dev.millrace.sink.usage.CostReader;
import dev.millrace.sink.usage.FigureJson;
import dev.millrace.sink.usage.OutcomeReader;
import dev.millrace.sink.usage.OutcomeReader.ErrorCount;
import dev.millrace.sink.usage.UsageFilter;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Answers questions about costs, usage and errors. */
final class UsageRoutes {
    private static final Set<String> FILTER =
            Set.of("tenant", "batch", "model", "provider", "from", "to");
    private static final Set<String> GROUPS =
            Set.of("by", "tenant", "batch", "model", "provider", "from", "to", "limit", "cursor");

    private final Connections connections;

    UsageRoutes(Connections connections) {
        this.connections = connections;
    }

    List<Route> routes() {
        return List.of(
                Route.of("costs", GROUPS, this::costs),
                Route.of("usage", FILTER, this::usage),
                Route.of("errors", FILTER, this::errors));
    }

    private static UsageFilter filter(Call call) {
        return call.parameters().filter(call.caller().tenant(call.parameters().text("tenant")));
    }

    private void costs(Call call) throws IOException {
        UsageFilter filter = filter(call);
        SequencedSet<CostDimension> by = dimensions(call.parameters());
        int limit = call.parameters().limit();
        Optional<List<@Nullable String>> after = call.parameters().cursor(by.size());
        List<CostGroup> groups =
                connections
                        .query(filter.tenant(), runner -> new CostReader(runner).groups(filter, by))
                        .stream()
                        .filter(it -> after.isEmpty() || it.isAfter(after.get()))
                        .limit(limit + 1L)
                        .toList();
        List<CostGroup> page = groups.subList(0, Math.min(limit, groups.size()));
        Optional<String> next =
                groups.size() > limit
                        ? Optional.of(Cursor.of(page.getLast().key()))
                        : Optional.empty();
        call.sendObject(
                json ->
                        FigureJson.writePage(
                                json, page, next, (out, group) -> CostJson.write(out, by, group)));
    }

    private static SequencedSet<CostDimension> dimensions(Parameters parameters) {
        var dimensions = new LinkedHashSet<CostDimension>();
        for (String word : parameters.text("by").orElse("model").split(",", -1)) {
            dimensions.add(
                    parameters.oneOf(
                            "by",
                            word,
                            Arrays.asList(CostDimension.values()),
                            CostDimension::word));
        }
        return dimensions;
    }

    private record Usage(CostGroup costs, Percentiles latency) {}

    /** Returns exact percentiles only for a batch, since other questions may be about any time. */
    private static Percentiles latency(OutcomeReader outcomes, UsageFilter filter)
            throws DatabaseException {
        return filter.batch().isPresent()
                ? outcomes.latency(filter)
                : outcomes.estimatedLatency(filter);
    }

    private void usage(Call call) throws IOException {
        UsageFilter filter = filter(call);
        Usage usage =
                connections.query(
                        filter.tenant(),
                        runner ->
                                new Usage(
                                        new CostReader(runner).total(filter),
                                        latency(new OutcomeReader(runner), filter)));
        call.sendObject(
                json -> {
                    CostJson.write(json, usage.costs);
                    FigureJson.writeLatency(json, usage.latency, filter.batch().isPresent());
                });
    }

    private void errors(Call call) throws IOException {
        UsageFilter filter = filter(call);
        SortedMap<String, ErrorCount> errors =
                connections.query(
                        filter.tenant(), runner -> new OutcomeReader(runner).errors(filter));
        call.sendObject(
                json -> {
                    json.writeArrayPropertyStart("data");
                    errors.forEach((code, count) -> write(json, code, count));
                    json.writeEndArray();
                    json.writeNullProperty("next");
                });
    }

    /** Writes the number of outcomes with one error code. */
    static void write(JsonGenerator json, String code, ErrorCount count) {
        json.writeStartObject();
        json.writeStringProperty("code", code);
        json.writeNumberProperty("jobs", count.jobs());
        json.writeNumberProperty("dead_letters", count.deadLetters());
        json.writeEndObject();
    }
}
