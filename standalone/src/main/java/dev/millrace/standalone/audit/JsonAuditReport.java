package dev.millrace.standalone.audit;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.money.Usd;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import tools.jackson.core.JsonGenerator;

/** Prints an audit as one JSON object. Money is exact, except for projections and splits. */
final class JsonAuditReport {
    private final JsonGenerator json;

    private JsonAuditReport(JsonGenerator json) {
        this.json = json;
    }

    /** Prints the figures. */
    static void print(AuditFigures figures, PrintStream out) {
        var bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(bytes)) {
            new JsonAuditReport(json).write(figures);
        }
        out.println(bytes.toString(StandardCharsets.UTF_8));
        out.flush();
    }

    private void write(AuditFigures figures) {
        json.writeStartObject();
        json.writeNumberProperty("requests", figures.allRequests());
        json.writeStringProperty("catalog_version", figures.catalogVersion());
        json.writeStringProperty("policy", figures.policy());
        array("by_model", figures.models(), JsonAuditReport::write);
        array("unknown_models", figures.unknown(), JsonAuditReport::write);
        array("unpriced_tiers", figures.unpriced(), JsonAuditReport::write);
        array("totals", Alternative.of(figures), (it, total) -> it.write(total, figures));
        figures.spend().ifPresent(this::write);
        write(figures.extent());
        array("rules", AuditRules.all(), (it, rule) -> it.json.writeString(rule));
        json.writeEndObject();
    }

    private <T> void array(String name, List<T> items, BiConsumer<JsonAuditReport, T> writer) {
        json.writeArrayPropertyStart(name);
        items.forEach(it -> writer.accept(this, it));
        json.writeEndArray();
    }

    private void write(ModelFigures model) {
        json.writeStartObject();
        json.writeStringProperty("model", model.model().name());
        array("names", model.names(), (it, name) -> it.json.writeString(name));
        json.writeNumberProperty("requests", model.requests());
        write(model.usage());
        usd("cost_usd", model.usd());
        model.spend().ifPresent(this::write);
        write("same_tier", model.sameTier(), model.usd());
        write("any_tier", model.anyTier(), model.usd());
        write(model.policy(), model.usd());
        json.writeEndObject();
    }

    private void write(TokenUsage usage) {
        json.writeNumberProperty("input_tokens", usage.inputTokens());
        json.writeNumberProperty("cached_input_tokens", usage.cachedInputTokens());
        json.writeNumberProperty("cache_write_tokens", usage.cacheWriteTokens());
        json.writeNumberProperty("cache_write_1h_tokens", usage.cacheWriteHourTokens());
        json.writeNumberProperty("output_tokens", usage.outputTokens());
        json.writeNumberProperty("reasoning_tokens", usage.reasoningTokens());
    }

    private void write(ModelFigures.Spend spend) {
        json.writeObjectPropertyStart("log");
        json.writeNumberProperty("requests", spend.requests());
        usd("cost_usd", spend.loggedUsd());
        usd("catalog_cost_usd", spend.catalogUsd());
        usd("difference_usd", spend.differenceUsd());
        json.writeEndObject();
    }

    private void write(String name, Optional<CheaperModels.Choice> choice, BigDecimal now) {
        if (choice.isEmpty()) {
            json.writeNullProperty(name);
            return;
        }
        BigDecimal usd = choice.orElseThrow().usd();
        json.writeObjectPropertyStart(name);
        json.writeStringProperty("model", choice.orElseThrow().model().name());
        usd("cost_usd", usd);
        usd("saved_usd", now.subtract(usd));
        json.writeEndObject();
    }

    private void write(CostRange range, BigDecimal now) {
        json.writeObjectPropertyStart("policy");
        usd("least_cost_usd", range.leastUsd());
        usd("most_cost_usd", range.mostUsd());
        usd("least_saved_usd", now.subtract(range.mostUsd()));
        usd("most_saved_usd", now.subtract(range.leastUsd()));
        List<String> models = range.models().stream().map(Model::name).toList();
        array("models", models, (it, name) -> it.json.writeString(name));
        json.writeNumberProperty("unrouted_requests", range.unrouted());
        json.writeEndObject();
    }

    private void write(AuditFigures.UnpricedTier it) {
        json.writeStartObject();
        json.writeStringProperty("model", it.model().name());
        json.writeStringProperty("service_tier", it.tier());
        json.writeNumberProperty("requests", it.requests());
        json.writeEndObject();
    }

    private void write(UnknownModel model) {
        json.writeStartObject();
        json.writeStringProperty("name", model.name());
        array("candidates", model.candidates(), (it, name) -> it.json.writeString(name));
        json.writeNumberProperty("requests", model.requests());
        write(model.usage());
        model.spentUsd().ifPresent(it -> usd("log_cost_usd", it));
        json.writeEndObject();
    }

    private void write(Alternative total, AuditFigures figures) {
        BigDecimal now = figures.sum(ModelFigures::usd);
        json.writeStartObject();
        json.writeStringProperty("choice", total.key());
        usd("cost_usd", total.usd());
        usd("saved_usd", now.subtract(total.usd()));
        figures.projected(total.usd(), AuditFigures.MONTH_DAYS)
                .ifPresent(it -> usd("month_usd", it));
        figures.projected(total.usd(), AuditFigures.YEAR_DAYS).ifPresent(it -> usd("year_usd", it));
        json.writeEndObject();
    }

    private void write(LogExtent extent) {
        json.writeNumberProperty("files", extent.files());
        json.writeNumberProperty("lines", extent.lines());
        json.writeNumberProperty("timed_requests", extent.timed());
        extent.first().ifPresent(it -> json.writeStringProperty("first", it.toString()));
        extent.last().ifPresent(it -> json.writeStringProperty("last", it.toString()));
        json.writeObjectPropertyStart("not_billed");
        extent.notBilled().forEach(json::writeNumberProperty);
        json.writeEndObject();
        json.writeNumberProperty("unreadable_lines", extent.unreadable().count());
        array("unreadable", extent.unreadable().first(), JsonAuditReport::write);
        json.writeNumberProperty("unclear_lines", extent.unclear().count());
        array("unclear", extent.unclear().first(), JsonAuditReport::write);
    }

    private void write(LogExtent.Line line) {
        json.writeStartObject();
        json.writeStringProperty("file", line.file());
        json.writeNumberProperty("line", line.number());
        json.writeStringProperty("problem", line.reason());
        json.writeEndObject();
    }

    private void usd(String name, BigDecimal usd) {
        json.writeNumberProperty(name, Usd.normalised(usd));
    }
}
