package dev.millrace.contracts.result;

import dev.millrace.contracts.header.Fallback;
import dev.millrace.contracts.job.JobLabels;
import dev.millrace.contracts.json.JsonBytes;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** The result of a job: an OpenAI batch output line with an additional {@code millrace} object. */
public record JobResult(String customId, Outcome outcome, Provenance provenance) {
    private static final int ENVELOPE_BYTES = 1_024;

    /** Returns this result without the parts whose size only the request limits. */
    JobResult withoutExtras() {
        return new JobResult(customId, outcome, provenance.withoutExtras());
    }

    /** Returns one line of JSON in UTF-8, without a trailing line break. */
    public byte[] toJson() {
        var out = new ByteArrayOutputStream(ENVELOPE_BYTES + bodyBytes());
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("id", "batch_req_" + provenance.job().job().id());
            json.writeStringProperty("custom_id", customId);
            outcome.write(json, out);
            writeProvenance(json);
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private int bodyBytes() {
        return outcome instanceof Outcome.Answered answered
                        && answered.body() instanceof ProviderBody.Json body
                ? body.bytes().length
                : 0;
    }

    private void writeProvenance(JsonGenerator json) {
        JobFacts job = provenance.job();
        json.writeObjectPropertyStart("millrace");
        json.writeStringProperty("job_id", job.job().id().value());
        json.writeStringProperty("tenant", job.job().tenant());
        json.writeStringProperty("batch", job.job().batch());
        if (job.line() == null) {
            json.writeNullProperty("line");
        } else {
            json.writeNumberProperty("line", job.line());
        }
        writeCalls(json, provenance.calls());
        writeText(json, "routed_by", job.route().by());
        writeFallbacks(json, job.fallbacks());
        if (job.addedOutputLimit() != null) {
            json.writeNumberProperty("added_output_limit", job.addedOutputLimit());
        }
        writeText(json, "error_code", outcome.error() == null ? null : outcome.error().code());
        if (provenance.split() != null) {
            writeSplit(json, provenance.split());
        }
        if (outcome instanceof Outcome.Answered answered && answered.translation() != null) {
            writeTranslation(json, answered.translation());
        }
        if (job.passages() != null) {
            json.writeName("retrieval");
            json.writeRawValue(job.passages());
        }
        writeLabels(json, provenance.labels());
        json.writeEndObject();
    }

    private void writeCalls(JsonGenerator json, Calls calls) {
        writeText(json, "model", calls.model());
        writeText(json, "provider", calls.provider());
        json.writeNumberProperty("attempts", calls.attempts());
        json.writeStringProperty("cache", provenance.cache());
        if (provenance.reused() != null) {
            json.writeNumberProperty("similarity", provenance.reused().shownSimilarity());
            json.writeStringProperty("reused_job", provenance.reused().job().value());
        }
        json.writeNumberProperty("cost_usd", calls.billedUsd());
        json.writeNumberProperty("queued_ms", calls.times().queuedMs());
        json.writeNumberProperty("upstream_ms", calls.times().upstreamMs());
        if (calls.firstTokenMs() != null) {
            json.writeNumberProperty("ttft_ms", calls.firstTokenMs());
        }
        if (!calls.addedFields().isEmpty()) {
            json.writeArrayPropertyStart("added_fields");
            calls.addedFields().forEach(json::writeString);
            json.writeEndArray();
        }
    }

    private static void writeLabels(JsonGenerator json, JobLabels labels) {
        if (labels.requestId() != null) {
            json.writeStringProperty("request_id", labels.requestId());
        }
        if (labels.metadata() != null) {
            json.writeName("metadata");
            json.writeRawValue(labels.metadata());
        }
    }

    private static void writeSplit(JsonGenerator json, SplitNote split) {
        json.writeObjectPropertyStart("split");
        json.writeArrayPropertyStart("parts");
        split.parts().forEach(part -> json.writeString(part.value()));
        json.writeEndArray();
        json.writeNumberProperty("levels", split.levels());
        json.writeNumberProperty("reducers", split.joins());
        if (!split.omitted().isEmpty()) {
            json.writeArrayPropertyStart("omitted");
            for (SplitNote.OmittedPart part : split.omitted()) {
                json.writeStartObject();
                json.writeNumberProperty("part", part.number());
                json.writeStringProperty("error_code", part.errorCode());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void writeFallbacks(JsonGenerator json, List<Fallback> fallbacks) {
        if (fallbacks.isEmpty()) {
            return;
        }
        json.writeArrayPropertyStart("fallbacks");
        for (Fallback fallback : fallbacks) {
            json.writeStartObject();
            json.writeStringProperty("model", JsonBytes.encodable(fallback.model()));
            json.writeStringProperty("reason", JsonBytes.encodable(fallback.reason()));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeTranslation(JsonGenerator json, TranslationNote translation) {
        json.writeStringProperty("translated_from", translation.from().url());
        if (!translation.omitted().isEmpty()) {
            json.writeArrayPropertyStart("omitted");
            translation.omitted().forEach(path -> json.writeString(JsonBytes.encodable(path)));
            json.writeEndArray();
        }
    }

    static void writeText(JsonGenerator json, String name, @Nullable String value) {
        if (value == null) {
            json.writeNullProperty(name);
        } else {
            json.writeStringProperty(name, JsonBytes.encodable(value));
        }
    }
}
