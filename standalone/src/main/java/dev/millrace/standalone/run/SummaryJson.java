package dev.millrace.standalone.run;

import dev.millrace.contracts.json.JsonBytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JsonGenerator;

/** A summary for machines: one JSON object. */
final class SummaryJson {
    private SummaryJson() {}

    static String of(Summary summary) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            json.writeNumberProperty("jobs", summary.jobs());
            json.writeNumberProperty("succeeded", summary.succeeded());
            json.writeNumberProperty("failed", summary.failed());
            json.writeNumberProperty("dead_letters", summary.deadLetters());
            json.writeNumberProperty("reused", summary.reused());
            json.writeNumberProperty("uncertain", summary.uncertain());
            json.writeNumberProperty("input_tokens", summary.inputTokens());
            json.writeNumberProperty("output_tokens", summary.outputTokens());
            json.writeNumberProperty("cost_usd", summary.costUsd());
            json.writeNumberProperty("reused_cost_usd", summary.reusedCostUsd());
            json.writeNumberProperty("duration_ms", summary.durationMs());
            json.writeName("first_result_ms");
            if (summary.firstResultMs() == null) {
                json.writeNull();
            } else {
                json.writeNumber(summary.firstResultMs());
            }
            json.writeNumberProperty("upstream_p50_ms", summary.upstreamP50Ms());
            json.writeNumberProperty("upstream_p95_ms", summary.upstreamP95Ms());
            json.writeNumberProperty("queue_p50_ms", summary.queueP50Ms());
            json.writeNumberProperty("queue_p95_ms", summary.queueP95Ms());
            json.writeStringProperty("output", summary.output());
            json.writeBooleanProperty("complete", summary.complete());
            writeModels(json, summary);
            json.writeObjectPropertyStart("by_error");
            summary.byError().forEach(json::writeNumberProperty);
            json.writeEndObject();
            writeLetters(json, summary);
            json.writeEndObject();
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void writeModels(JsonGenerator json, Summary summary) {
        json.writeArrayPropertyStart("by_model");
        for (ModelSummary model : summary.byModel()) {
            json.writeStartObject();
            json.writeStringProperty("model", model.model());
            json.writeNumberProperty("jobs", model.jobs());
            json.writeNumberProperty("succeeded", model.succeeded());
            json.writeNumberProperty("failed", model.failed());
            json.writeNumberProperty("input_tokens", model.inputTokens());
            json.writeNumberProperty("output_tokens", model.outputTokens());
            json.writeNumberProperty("cost_usd", model.costUsd());
            json.writeNumberProperty("upstream_p50_ms", model.upstreamP50Ms());
            json.writeNumberProperty("upstream_p95_ms", model.upstreamP95Ms());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeLetters(JsonGenerator json, Summary summary) {
        json.writeArrayPropertyStart("dead_letter_lines");
        for (Summary.Letter letter : summary.letters()) {
            json.writeStartObject();
            json.writeStringProperty("file", letter.file());
            json.writeNumberProperty("line", letter.line());
            json.writeStringProperty("reason", letter.reason());
            json.writeStringProperty("message", letter.message());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
