package dev.millrace.sink.api;

import dev.millrace.sink.live.RollupFigures;
import dev.millrace.sink.live.RollupJson;
import dev.millrace.sink.live.RollupReader;
import dev.millrace.sink.live.RollupReader.Property;
import dev.millrace.sink.rollup.RollupPeriod;
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
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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

    private static final Duration SPEND_DAYS = Duration.ofDays(30);
    private static final Duration SPEND_HOURS = Duration.ofHours(47);

    private final Connections connections;

    private final InstantSource clock;

    UsageRoutes(Connections connections, InstantSource clock) {
        this.connections = connections;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.of("costs", GROUPS, this::costs),
                Route.of("usage", FILTER, this::usage),
                Route.of("errors", FILTER, this::errors),
                Route.of("spend", Set.of("by", "period", "tenant"), this::spend));
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
                connections.query(runner -> new CostReader(runner).groups(filter, by)).stream()
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

    private void usage(Call call) throws IOException {
        UsageFilter filter = filter(call);
        Usage usage =
                connections.query(
                        runner ->
                                new Usage(
                                        new CostReader(runner).total(filter),
                                        new OutcomeReader(runner).latency(filter)));
        call.sendObject(
                json -> {
                    CostJson.write(json, usage.costs);
                    FigureJson.writeLatency(json, usage.latency);
                });
    }

    private void errors(Call call) throws IOException {
        UsageFilter filter = filter(call);
        SortedMap<String, ErrorCount> errors =
                connections.query(runner -> new OutcomeReader(runner).errors(filter));
        call.sendObject(
                json -> {
                    json.writeArrayPropertyStart("data");
                    errors.forEach((code, count) -> write(json, code, count));
                    json.writeEndArray();
                    json.writeNullProperty("next");
                });
    }

    private void spend(Call call) throws IOException {
        Parameters parameters = call.parameters();
        Optional<String> tenant = call.caller().tenant(parameters.text("tenant"));
        Property by =
                parameters.oneOf(
                        "by",
                        parameters.text("by").orElse("model"),
                        List.of(Property.MODEL, Property.TENANT),
                        Property::column);
        RollupPeriod period =
                parameters.oneOf(
                        "period",
                        parameters.text("period").orElse("day"),
                        List.of(RollupPeriod.HOUR, RollupPeriod.DAY),
                        RollupPeriod::word);
        Instant from =
                period.startOf(
                        clock.instant()
                                .minus(period == RollupPeriod.DAY ? SPEND_DAYS : SPEND_HOURS));
        SortedMap<List<String>, RollupFigures> sums =
                connections.query(
                        runner ->
                                new RollupReader(runner)
                                        .sums(
                                                period,
                                                from,
                                                tenant,
                                                List.of(Property.STARTS_AT, by)));
        call.sendObject(
                json -> {
                    RollupJson.writeArray(json, "data", List.of("starts_at", by.column()), sums);
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
