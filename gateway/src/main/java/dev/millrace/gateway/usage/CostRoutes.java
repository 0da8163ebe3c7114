package dev.millrace.gateway.usage;

import dev.millrace.gateway.figures.CostDimension;
import dev.millrace.gateway.figures.CostGroup;
import dev.millrace.gateway.figures.CostJson;
import dev.millrace.gateway.figures.CostReader;
import dev.millrace.gateway.figures.FigureJson;
import dev.millrace.gateway.figures.OutcomeReader;
import dev.millrace.gateway.figures.OutcomeReader.ErrorCount;
import dev.millrace.gateway.figures.Percentiles;
import dev.millrace.gateway.figures.UsageFilter;
import dev.millrace.gateway.http.HttpRoute;
import dev.millrace.gateway.results.Connections;
import dev.millrace.store.database.DatabaseException;
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
final class CostRoutes {
    private static final Set<String> FILTER =
            Set.of("tenant", "batch", "model", "provider", "from", "to");
    private static final Set<String> OWN = Set.of("batch", "model", "provider", "from", "to");
    private static final Set<String> GROUPS =
            Set.of("by", "tenant", "batch", "model", "provider", "from", "to", "limit", "cursor");

    private final Connections connections;

    CostRoutes(Connections connections) {
        this.connections = connections;
    }

    List<ApiRoute> routes() {
        return List.of(
                ApiRoute.of("costs", GROUPS, this::costs),
                ApiRoute.of("usage", FILTER, this::usage),
                ApiRoute.of("errors", FILTER, this::errors));
    }

    private static UsageFilter filter(UsageCall call) {
        return call.parameters().filter(call.tenant());
    }

    private void costs(UsageCall call) throws IOException {
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

    /**
     * Returns exact percentiles, but only for a batch, because other questions can cover any
     * period.
     */
    private static Percentiles latency(OutcomeReader outcomes, UsageFilter filter)
            throws DatabaseException {
        return filter.batch().isPresent()
                ? outcomes.latency(filter)
                : outcomes.estimatedLatency(filter);
    }

    private void usage(UsageCall call) throws IOException {
        sendUsage(call, filter(call));
    }

    /** Returns the route of a caller's own tenant, which has no parameter {@code tenant}. */
    HttpRoute ownUsage() {
        return ApiRoute.of("usage", OWN, this::sendOwn).toRoute();
    }

    private void sendOwn(UsageCall call) throws IOException {
        sendUsage(call, call.parameters().filter(Optional.of(call.caller().tenant())));
    }

    private void sendUsage(UsageCall call, UsageFilter filter) throws IOException {
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

    private void errors(UsageCall call) throws IOException {
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
