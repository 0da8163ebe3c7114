package dev.millrace.standalone.audit;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.money.Usd;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import tools.jackson.core.JsonGenerator;

/** Writes the data of the charts as JSON for the script of the page. */
final class ChartData {
    static final String COSTS = "costs";
    static final String TOKENS = "tokens";

    private final JsonGenerator json;
    private final List<ModelFigures> models;

    private ChartData(JsonGenerator json, List<ModelFigures> models) {
        this.json = json;
        this.models = models;
    }

    static String of(AuditFigures figures) {
        var bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(bytes)) {
            new ChartData(json, figures.models()).write();
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private void write() {
        json.writeStartObject();
        json.writeArrayPropertyStart("models");
        models.forEach(it -> json.writeString(it.model().name()));
        json.writeEndArray();
        json.writeArrayPropertyStart("charts");
        start(COSTS, "USD", false);
        series("now", "#2563eb", ModelFigures::usd);
        series("cheaper, same tier or higher", "#0d9488", ModelFigures::sameTierUsd);
        series("cheaper, any tier", "#65a30d", ModelFigures::anyTierUsd);
        series("policy, at least", "#d97706", it -> it.policy().leastUsd());
        series("policy, at most", "#b91c1c", it -> it.policy().mostUsd());
        end();
        start(TOKENS, "tokens", true);
        tokens("input", "#2563eb", TokenUsage::uncachedInputTokens);
        tokens("cached input", "#0d9488", TokenUsage::cachedInputTokens);
        tokens("cache write", "#d97706", TokenUsage::cacheWriteTokens);
        tokens("output", "#b91c1c", TokenUsage::outputTokens);
        end();
        json.writeEndArray();
        json.writeEndObject();
    }

    private void start(String id, String unit, boolean isStacked) {
        json.writeStartObject();
        json.writeStringProperty("id", id);
        json.writeStringProperty("unit", unit);
        json.writeBooleanProperty("stacked", isStacked);
        json.writeArrayPropertyStart("series");
    }

    private void end() {
        json.writeEndArray();
        json.writeEndObject();
    }

    private void tokens(String label, String color, ToLongFunction<TokenUsage> count) {
        series(label, color, it -> BigDecimal.valueOf(count.applyAsLong(it.usage())));
    }

    private void series(String label, String color, Function<ModelFigures, BigDecimal> value) {
        json.writeStartObject();
        json.writeStringProperty("label", label);
        json.writeStringProperty("backgroundColor", color);
        json.writeArrayPropertyStart("data");
        models.forEach(it -> json.writeNumber(Usd.normalised(value.apply(it))));
        json.writeEndArray();
        json.writeEndObject();
    }
}
