package dev.millrace.gateway.figures;

import dev.millrace.contracts.money.Usd;
import dev.millrace.store.rollup.RollupCounter;
import dev.millrace.store.rollup.RollupSums;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import tools.jackson.core.JsonGenerator;

/** Writes sums of rollups as JSON. */
final class RollupJson {
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
            SortedMap<List<String>, RollupSums> sums) {
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
    public static void write(JsonGenerator json, RollupSums sums) {
        long called = sums.count(RollupCounter.CALLED_REQUESTS);
        json.writeNumberProperty("jobs", sums.count(RollupCounter.REQUESTS));
        json.writeNumberProperty("failed", sums.count(RollupCounter.FAILURES));
        json.writeNumberProperty(
                "cached_jobs",
                sums.count(RollupCounter.CACHE_HITS) + sums.count(RollupCounter.COLLAPSED));
        json.writeNumberProperty("uncertain_attempts", sums.count(RollupCounter.UNCERTAIN_EVENTS));
        json.writeNumberProperty("cost_usd", Usd.normalised(sums.billedUsd()));
        json.writeNumberProperty("uncertain_usd", Usd.normalised(sums.uncertainUsd()));
        json.writeNumberProperty("saved_usd", Usd.normalised(sums.savedUsd()));
        if (called == 0) {
            json.writeNullProperty("average_ms");
        } else {
            json.writeNumberProperty(
                    "average_ms",
                    Math.round((double) sums.count(RollupCounter.UPSTREAM_MS) / called));
        }
    }
}
