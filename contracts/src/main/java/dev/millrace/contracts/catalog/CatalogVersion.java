package dev.millrace.contracts.catalog;

import dev.millrace.contracts.digest.Sha256;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Computes a content hash of a catalog: equal models in equal order have the same version on any
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
        append(content, model.fallback());
        append(content, model.fallbackAfter());
        append(content, model.stream());
        appendDifferences(content, model);
    }

    /** Writes the burst only if it is set, since it is a later setting. */
    private static void append(StringBuilder content, Limits limits) {
        append(content, limits.toString().replace(", burst=OptionalLong.empty]", "]"));
    }

    private static void append(StringBuilder content, String text) {
        content.append(text.length()).append(':').append(text).append('\n');
    }

    /**
     * Writes the later settings only if they are set, so that catalogs without them keep the
     * version they had before these settings existed.
     */
    private static void appendDifferences(StringBuilder content, Model model) {
        if (!model.urls().isEmpty()) {
            append(content, "urls");
            append(content, model.urls());
        }
        if (!model.fallbackOn().isEmpty()) {
            append(content, "fallback_on");
            append(content, model.fallbackOn());
        }
        if (!model.parameters().isDefault()) {
            append(content, "parameters");
            append(content, model.parameters());
        }
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
    }

    private static void append(StringBuilder content, Price price) {
        append(content, price.input(), price.cachedInput(), price.cacheWrite(), price.output());
        appendHour(content, price.cacheWrite(), price.cacheWriteHour());
        for (var above : price.above()) {
            append(content, above.inputTokens());
            append(content, above.input(), above.cachedInput(), above.cacheWrite(), above.output());
            appendHour(content, above.cacheWrite(), above.cacheWriteHour());
        }
        price.tiers()
                .forEach(
                        (name, tier) -> {
                            append(content, name);
                            append(content, tier);
                        });
        price.perCall()
                .forEach(
                        (tool, rate) -> {
                            append(content, tool);
                            append(content, rate);
                        });
    }

    /**
     * Writes the one-hour rate only if it differs, so that catalogs without that rate keep the
     * version they had before it existed.
     */
    private static void appendHour(StringBuilder content, BigDecimal usual, BigDecimal hour) {
        if (hour.compareTo(usual) != 0) {
            append(content, "cache_write_1h");
            append(content, hour);
        }
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
