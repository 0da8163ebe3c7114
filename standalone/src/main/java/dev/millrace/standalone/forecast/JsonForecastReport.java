package dev.millrace.standalone.forecast;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.money.Usd;
import dev.millrace.router.classify.Profile;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/** Report in JSON: optionally one object for each line, then one object with the totals. */
final class JsonForecastReport implements ForecastReport {
    /** Refused lines that the last object lists. */
    private static final int MAX_REFUSED_LINES = 1_000;

    private final PrintStream out;
    private final boolean showsLines;
    private final ForecastTotals<RoutingChoice> totals =
            new ForecastTotals<>(MAX_REFUSED_LINES, RoutingChoice::of, LineForecast.Routed::maxUsd);

    JsonForecastReport(PrintStream out, boolean showsLines) {
        this.out = out;
        this.showsLines = showsLines;
    }

    @Override
    public void add(LineLocation line, LineForecast forecast) {
        totals.add(line, forecast);
        if (showsLines) {
            print(
                    json -> {
                        write(line, json);
                        write(forecast, json);
                    });
        }
    }

    private static void write(LineLocation line, JsonGenerator json) {
        json.writeStringProperty("file", line.file());
        json.writeNumberProperty("line", line.number());
        json.writeStringProperty("custom_id", line.customId());
    }

    private static void write(LineForecast forecast, JsonGenerator json) {
        switch (forecast) {
            case LineForecast.Refused refused -> write(refused, json);
            case LineForecast.Routed job -> {
                json.writeStringProperty("model", job.model().name());
                json.writeStringProperty("routed_by", job.routedBy());
                write(job.profile(), json);
                json.writeNumberProperty("input_tokens", job.inputTokens());
                json.writeNumberProperty("output_tokens", job.outputTokens());
                writeUsd("cost_usd", job.usd(), json);
                job.maxUsd()
                        .ifPresentOrElse(
                                usd -> writeUsd("max_cost_usd", usd, json),
                                () -> json.writeNullProperty("max_cost_usd"));
            }
        }
    }

    private static void write(LineForecast.Refused refused, JsonGenerator json) {
        json.writeStringProperty("error", refused.error().code());
        json.writeStringProperty("message", refused.reason());
    }

    private static void write(Profile profile, JsonGenerator json) {
        json.writeStringProperty("complexity", word(profile.complexity()));
        json.writeStringProperty("task", word(profile.task()));
        json.writeStringProperty("language", profile.language().orElse(null));
        json.writeBooleanProperty("reasoning", profile.needsReasoning());
        json.writeBooleanProperty("latency_sensitive", profile.isLatencySensitive());
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static void writeUsd(String name, BigDecimal usd, JsonGenerator json) {
        json.writeNumberProperty(name, Usd.normalised(usd));
    }

    @Override
    public boolean end() {
        print(
                json -> {
                    json.writeNumberProperty("lines", totals.lines());
                    json.writeNumberProperty("refused_lines", totals.refused());
                    totals.all().writeTo(json, "max_cost_usd");
                    writeChoices(json);
                    writeRefusals(json);
                });
        out.flush();
        return totals.refused() == 0;
    }

    private void writeChoices(JsonGenerator json) {
        json.writeArrayPropertyStart("by_choice");
        totals.groups()
                .forEach(
                        (choice, costs) -> {
                            json.writeStartObject();
                            json.writeStringProperty("routed_by", choice.routedBy());
                            json.writeStringProperty("model", choice.model());
                            costs.writeTo(json, "max_cost_usd");
                            json.writeEndObject();
                        });
        json.writeEndArray();
    }

    private void writeRefusals(JsonGenerator json) {
        json.writeObjectPropertyStart("by_error");
        totals.errors().forEach((error, count) -> json.writeNumberProperty(error.code(), count));
        json.writeEndObject();
        json.writeArrayPropertyStart("refused");
        totals.refusedLines()
                .forEach(
                        it -> {
                            json.writeStartObject();
                            write(it.line(), json);
                            write(it.refusal(), json);
                            json.writeEndObject();
                        });
        json.writeEndArray();
    }

    /** Prints an object on its own line. */
    private void print(Consumer<JsonGenerator> content) {
        var bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(bytes)) {
            json.writeStartObject();
            content.accept(json);
            json.writeEndObject();
        }
        out.println(bytes.toString(StandardCharsets.UTF_8));
    }
}
