package dev.millrace.gateway.figures;

import dev.millrace.contracts.money.TokenUsage;
import java.util.SequencedSet;
import tools.jackson.core.JsonGenerator;

/** Writes costs as properties of a JSON object. */
public final class CostJson {
    private CostJson() {}

    /**
     * Writes the key of a group, then its jobs, tokens and money; of arms also errors and latency.
     */
    public static void write(
            JsonGenerator json, SequencedSet<CostDimension> dimensions, CostGroup costs) {
        int column = 0;
        for (CostDimension dimension : dimensions) {
            json.writeStringProperty(dimension.word(), costs.key().get(column++));
        }
        write(json, costs);
        json.writeNumberProperty("catalog_usd", costs.catalogUsd());
        if (CostDimension.compareArms(dimensions)) {
            json.writeNumberProperty("errors", costs.errors());
            json.writeNumberProperty("p50_ms", costs.latency().p50Ms());
            json.writeNumberProperty("p95_ms", costs.latency().p95Ms());
        }
    }

    /** Writes jobs, tokens and money. */
    public static void write(JsonGenerator json, CostGroup costs) {
        json.writeNumberProperty("jobs", costs.jobs());
        json.writeNumberProperty("cached_jobs", costs.cachedJobs());
        json.writeNumberProperty("cache_hit_rate", costs.cacheHitRate());
        json.writeNumberProperty("attempts", costs.attempts());
        writeTokens(json, costs.usage());
        json.writeNumberProperty("cost_usd", costs.costUsd());
        json.writeNumberProperty("uncertain_usd", costs.uncertainUsd());
        json.writeNumberProperty("saved_usd", costs.savedUsd());
        json.writeNumberProperty("spilled", costs.spilled());
    }

    private static void writeTokens(JsonGenerator json, TokenUsage usage) {
        json.writeObjectPropertyStart("tokens");
        json.writeNumberProperty("input", usage.inputTokens());
        json.writeNumberProperty("cached_input", usage.cachedInputTokens());
        json.writeNumberProperty("cache_write", usage.cacheWriteTokens());
        json.writeNumberProperty("cache_write_1h", usage.cacheWriteHourTokens());
        json.writeNumberProperty("output", usage.outputTokens());
        json.writeNumberProperty("reasoning", usage.reasoningTokens());
        json.writeEndObject();
    }
}
