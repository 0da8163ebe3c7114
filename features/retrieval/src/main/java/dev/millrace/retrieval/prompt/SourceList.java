package dev.millrace.retrieval.prompt;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.retrieval.OnEmpty;
import dev.millrace.retrieval.index.PassageHit;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * The passages of a job as numbered sources: their text for the prompt, and a note for the result.
 *
 * @param hits best first, numbered from 1
 * @param onEmpty what happens to the job without hits
 */
public record SourceList(String collection, List<PassageHit> hits, OnEmpty onEmpty) {
    /** Longest note, in bytes. The passages of a job with long titles are noted without them. */
    static final int MAX_NOTE_BYTES = 40 << 10;

    private static final String INSTRUCTION =
            "Answer with the help of the numbered sources below. After each statement that a source"
                    + " supports, cite it by its number in square brackets, such as [1]. If the"
                    + " sources do not contain the answer, say so.";

    private static final double SCORE_SCALE = 1e6;

    public SourceList {
        hits = List.copyOf(hits);
    }

    /** Returns the sources, after an instruction to cite them. */
    String context() {
        return hits.isEmpty() ? sources() : INSTRUCTION + "\n\n" + sources();
    }

    /** Returns the sources, each with its number and title. */
    String sources() {
        if (hits.isEmpty()) {
            return "No sources were found.";
        }
        var text = new StringBuilder();
        for (int i = 0; i < hits.size(); i++) {
            PassageHit hit = hits.get(i);
            text.append(i == 0 ? "" : "\n\n").append('[').append(i + 1).append("] ");
            text.append(heading(hit)).append('\n').append(hit.text());
        }
        return text.toString();
    }

    private static String heading(PassageHit hit) {
        return hit.title() == null ? hit.document() : hit.title();
    }

    /** Returns the note: a JSON object in one line. */
    public String note() {
        String full = note(true);
        return full.getBytes(UTF_8).length <= MAX_NOTE_BYTES ? full : note(false);
    }

    private String note(boolean isFull) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("collection", collection);
            json.writeArrayPropertyStart("passages");
            for (int i = 0; i < hits.size(); i++) {
                write(json, i + 1, hits.get(i), isFull);
            }
            json.writeEndArray();
            if (hits.isEmpty()) {
                json.writeStringProperty("on_empty", onEmpty.word());
            }
            json.writeEndObject();
        }
        return out.toString(UTF_8);
    }

    private static void write(JsonGenerator json, int number, PassageHit hit, boolean isFull) {
        json.writeStartObject();
        json.writeNumberProperty("n", number);
        json.writeStringProperty("document", hit.document());
        json.writeNumberProperty("passage", hit.number());
        if (isFull) {
            text(json, "title", hit.title());
            text(json, "source", hit.source());
        }
        json.writeNumberProperty("start", hit.start());
        json.writeNumberProperty("end", hit.end());
        json.writeNumberProperty("score", rounded(hit.score()));
        score(json, "bm25", hit.bm25());
        score(json, "cosine", hit.cosine());
        json.writeEndObject();
    }

    private static void text(JsonGenerator json, String name, @Nullable String text) {
        if (text != null) {
            json.writeStringProperty(name, JsonBytes.encodable(text));
        }
    }

    private static void score(JsonGenerator json, String name, OptionalDouble score) {
        if (score.isPresent()) {
            json.writeNumberProperty(name, rounded(score.getAsDouble()));
        }
    }

    private static double rounded(double score) {
        return Math.round(score * SCORE_SCALE) / SCORE_SCALE;
    }
}
