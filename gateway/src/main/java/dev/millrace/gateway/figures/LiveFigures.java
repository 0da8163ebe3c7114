package dev.millrace.gateway.figures;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.gateway.figures.RollupReader.Property;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.rollup.RollupPeriod;
import dev.millrace.store.rollup.RollupSums;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import tools.jackson.core.JsonGenerator;

/**
 * The figures that change with every job: the totals of the day and the jobs of each minute.
 *
 * @param at time of the figures
 * @param models sums of the day by model
 * @param tenants sums of the day by tenant
 * @param minutes sums of the last minutes by minute and model
 * @param lanes number of jobs that ended in the last seconds, by lane
 */
public record LiveFigures(
        Instant at,
        SortedMap<List<String>, RollupSums> models,
        SortedMap<List<String>, RollupSums> tenants,
        SortedMap<List<String>, RollupSums> minutes,
        SortedMap<String, Long> lanes) {
    private static final Duration MINUTES = Duration.ofMinutes(30);

    /**
     * Reads the figures.
     *
     * @param tenant the only tenant; empty for all
     */
    public static LiveFigures read(QueryRunner runner, Optional<String> tenant, Instant now)
            throws DatabaseException {
        var rollups = new RollupReader(runner);
        UsageFilter filter = UsageFilter.ofTenant(tenant);
        var today =
                List.of(
                        RollupReader.Range.since(
                                RollupPeriod.DAY, now.truncatedTo(ChronoUnit.DAYS)));
        var lately =
                RollupReader.Range.since(
                        RollupPeriod.MINUTE, now.truncatedTo(ChronoUnit.MINUTES).minus(MINUTES));
        return new LiveFigures(
                now,
                rollups.sums(today, filter, List.of(Property.MODEL)),
                rollups.sums(today, filter, List.of(Property.TENANT)),
                rollups.sums(List.of(lately), filter, List.of(Property.MINUTE, Property.MODEL)),
                new LaneReader(runner).finished(tenant, now));
    }

    /** Returns the figures as one JSON object in UTF-8, without line breaks. */
    public byte[] toJson() {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("at", at.toString());
            json.writeObjectPropertyStart("today");
            var total = new RollupSums();
            models.values().forEach(total::add);
            RollupJson.write(json, total);
            RollupJson.writeArray(json, "models", List.of("model"), models);
            RollupJson.writeArray(json, "tenants", List.of("tenant"), tenants);
            json.writeEndObject();
            RollupJson.writeArray(json, "minutes", List.of("starts_at", "model"), minutes);
            json.writeNumberProperty("lane_seconds", LaneReader.WINDOW.toSeconds());
            json.writeArrayPropertyStart("lanes");
            lanes.forEach((lane, jobs) -> write(json, lane, jobs));
            json.writeEndArray();
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void write(JsonGenerator json, String lane, long jobs) {
        json.writeStartObject();
        json.writeStringProperty("lane", lane);
        json.writeNumberProperty("jobs", jobs);
        json.writeEndObject();
    }
}
