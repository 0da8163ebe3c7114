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

/** The forecast for machines: one object at the end, and before it one for each line if asked. */
final class JsonReport implements Report {
    /** Refused lines that stand in the object. */
    private static final int MOST_KEPT = 1_000;

    private final PrintStream out;
    private final boolean showsLines;
    private final Tally tally = new Tally(MOST_KEPT);

    JsonReport(Output output) {
        out = output.terminal().out();
        showsLines = output.lines();
    }

    @Override
    public void add(Line line, Destiny destiny) {
        tally.add(line, destiny);
        if (showsLines) {
            print(
                    json -> {
                        write(line, json);
                        write(destiny, json);
                    });
        }
    }

    private static void write(Line line, JsonGenerator json) {
        json.writeStringProperty("file", line.file());
        json.writeNumberProperty("line", line.number());
        json.writeStringProperty("custom_id", line.customId());
    }

    private static void write(Destiny destiny, JsonGenerator json) {
        switch (destiny) {
            case Destiny.Refused refused -> write(refused, json);
            case Destiny.Routed job -> {
                json.writeStringProperty("model", job.model().name());
                json.writeStringProperty("routed_by", job.routedBy());
                write(job.profile(), json);
                json.writeNumberProperty("input_tokens", job.inputTokens());
                json.writeNumberProperty("output_tokens", job.outputTokens());
                writeUsd("cost_usd", job.usd(), json);
                job.mostUsd()
                        .ifPresentOrElse(
                                usd -> writeUsd("max_cost_usd", usd, json),
                                () -> json.writeNullProperty("max_cost_usd"));
            }
        }
    }

    private static void write(Destiny.Refused refused, JsonGenerator json) {
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
                    json.writeNumberProperty("lines", tally.lines());
                    json.writeNumberProperty("refused_lines", tally.refused());
                    tally.all().writeTo(json, "max_cost_usd");
                    writeChoices(json);
                    writeRefusals(json);
                });
        out.flush();
        return tally.refused() == 0;
    }

    private void writeChoices(JsonGenerator json) {
        json.writeArrayPropertyStart("by_choice");
        tally.choices()
                .forEach(
                        (choice, sums) -> {
                            json.writeStartObject();
                            json.writeStringProperty("routed_by", choice.routedBy());
                            json.writeStringProperty("model", choice.model());
                            sums.writeTo(json, "max_cost_usd");
                            json.writeEndObject();
                        });
        json.writeEndArray();
    }

    private void writeRefusals(JsonGenerator json) {
        json.writeObjectPropertyStart("by_error");
        tally.refusals().forEach((error, count) -> json.writeNumberProperty(error.code(), count));
        json.writeEndObject();
        json.writeArrayPropertyStart("refused");
        tally.kept()
                .forEach(
                        it -> {
                            json.writeStartObject();
                            write(it.line(), json);
                            write(it.refusal(), json);
                            json.writeEndObject();
                        });
        json.writeEndArray();
    }

    /** One object on a line of its own. */
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
