package dev.millrace.gateway.figures;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Writes the parts that several answers have in common. */
public final class FigureJson {
    private FigureJson() {}

    /** Writes one page of a list. */
    public static <T> void writePage(
            JsonGenerator json,
            List<T> rows,
            Optional<String> next,
            BiConsumer<JsonGenerator, T> writeRow) {
        json.writeArrayPropertyStart("data");
        for (T row : rows) {
            json.writeStartObject();
            writeRow.accept(json, row);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeStringProperty("next", next.orElse(null));
    }

    /**
     * Writes the durations of calls.
     *
     * @param isExact false if the percentiles come from a histogram
     */
    public static void writeLatency(JsonGenerator json, Percentiles latency, boolean isExact) {
        json.writeObjectPropertyStart("latency");
        json.writeNumberProperty("calls", latency.count());
        json.writeNumberProperty("average_ms", latency.averageMs());
        json.writeNumberProperty("p50_ms", latency.p50Ms());
        json.writeNumberProperty("p95_ms", latency.p95Ms());
        json.writeNumberProperty("p99_ms", latency.p99Ms());
        json.writeNumberProperty("max_ms", latency.maxMs());
        json.writeBooleanProperty("exact_percentiles", isExact);
        json.writeEndObject();
    }

    public static void writeNumber(JsonGenerator json, String name, @Nullable Long value) {
        writeNumber(json, name, value == null ? OptionalLong.empty() : OptionalLong.of(value));
    }

    public static void writeNumber(JsonGenerator json, String name, OptionalLong value) {
        if (value.isPresent()) {
            json.writeNumberProperty(name, value.getAsLong());
        } else {
            json.writeNullProperty(name);
        }
    }
}
