package dev.millrace.contracts.catalog;

import dev.millrace.contracts.digest.Sha256;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.PriceHours;
import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Computes a content hash of a catalog. Equal models in equal order have an equal version on any
 * machine.
 */
final class CatalogVersion {
    /** 48 bits: short enough to read aloud, long enough to make collisions unlikely. */
    private static final int BYTES = 6;

    private CatalogVersion() {}

    static String of(List<Model> models) {
        var content = new StringBuilder();
        models.forEach(model -> append(content, model));
        return Sha256.hex(content.toString(), BYTES);
    }

    /**
     * Writes one line per field, prefixed with its length so that different catalogs cannot produce
     * equal text.
     */
    private static void append(StringBuilder content, Model model) {
        append(content, model.name());
        append(content, model.provider());
        append(content, model.upstreamModel());
        append(content, model.aliases());
        append(content, model.tier());
        append(content, model.capabilities());
        append(content, model.contextWindow());
        append(content, model.maxOutputTokens());
        append(content, model.defaultMaxTokens());
        append(content, model.price());
        append(content, model.limits());
        append(content, model.fallbacks().chain());
        append(content, model.fallbacks().after());
        append(content, model.stream());
        append(content, model.urls());
        append(content, model.fallbacks().on());
        append(content, model.parameters());
    }

    private static void append(StringBuilder content, String text) {
        content.append(text.length()).append(':').append(text).append('\n');
    }

    private static void append(StringBuilder content, ModelParameters parameters) {
        append(content, parameters.rename().size());
        new TreeMap<>(parameters.rename())
                .forEach(
                        (key, name) -> {
                            append(content, key);
                            append(content, name);
                        });
        new TreeSet<>(parameters.refuse()).forEach(key -> append(content, key));
        parameters.toolCallIds().ifPresent(ids -> append(content, "tool_call_ids " + ids));
        parameters.promptCache().ifPresent(mode -> append(content, "prompt_cache " + mode));
    }

    private static void append(StringBuilder content, Price price) {
        append(
                content,
                price.input(),
                price.cachedInput(),
                price.cacheWrite(),
                price.cacheWriteHour(),
                price.output());
        for (var above : price.above()) {
            append(content, above.inputTokens());
            append(
                    content,
                    above.input(),
                    above.cachedInput(),
                    above.cacheWrite(),
                    above.cacheWriteHour(),
                    above.output());
        }
        price.tiers()
                .forEach(
                        (name, tier) -> {
                            append(content, name);
                            append(content, tier);
                        });
        price.hours().ifPresent(hours -> append(content, hours));
        price.perCall()
                .forEach(
                        (tool, rate) -> {
                            append(content, tool);
                            append(content, rate);
                        });
    }

    private static void append(StringBuilder content, PriceHours hours) {
        append(content, hours.zone());
        append(content, hours.bookedAt());
        append(content, hours.holidays());
        hours.periods()
                .forEach(
                        (name, period) -> {
                            append(content, name);
                            append(content, period.times());
                            append(content, period.price());
                        });
    }

    private static void append(StringBuilder content, BigDecimal... rates) {
        for (var rate : rates) {
            append(content, Usd.text(rate));
        }
    }

    private static void append(StringBuilder content, Object field) {
        append(content, field.toString());
    }
}
