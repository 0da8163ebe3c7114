package dev.millrace.sink.live;

import dev.millrace.contracts.money.Usd;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import tools.jackson.core.JsonGenerator;

/**
 * Writes sums of rollups as JSON. Rollups do not separate the cost of billed attempts from the cost
 * of attempts that may have been billed.
 */
public final class RollupJson {
    private RollupJson() {}

    /**
     * Writes sums as an array of objects.
     *
     * @param keys names of the values of each key; an empty value is written as null
     */
    public static void writeArray(
            JsonGenerator json,
            String name,
            List<String> keys,
            SortedMap<List<String>, RollupFigures> sums) {
        json.writeArrayPropertyStart(name);
        sums.forEach(
                (key, figures) -> {
                    json.writeStartObject();
                    Iterator<String> values = key.iterator();
                    for (String each : keys) {
                        String value = values.next();
                        json.writeStringProperty(each, value.isEmpty() ? null : value);
                    }
                    write(json, figures);
                    json.writeEndObject();
                });
        json.writeEndArray();
    }

    /** Writes sums as properties of an object. */
    public static void write(JsonGenerator json, RollupFigures figures) {
        json.writeNumberProperty("jobs", figures.requests());
        json.writeNumberProperty("failed", figures.failures());
        json.writeNumberProperty("cached_jobs", figures.cacheHits() + figures.collapsed());
        json.writeNumberProperty("uncertain_attempts", figures.uncertainEvents());
        json.writeNumberProperty("cost_with_uncertain_usd", Usd.normalised(figures.costUsd()));
        json.writeNumberProperty("saved_usd", Usd.normalised(figures.savedUsd()));
        if (figures.calledRequests() == 0) {
            json.writeNullProperty("average_ms");
        } else {
            json.writeNumberProperty(
                    "average_ms",
                    Math.round((double) figures.upstreamMs() / figures.calledRequests()));
        }
    }
}
