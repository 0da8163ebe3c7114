package dev.millrace.simulator.wire;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One server-sent event.
 *
 * @param name its {@code event} line; null = none, as OpenAI's chat completions have it
 * @param data its {@code data} line
 */
public record SseEvent(@Nullable String name, String data) {
    static SseEvent of(JsonNode data) {
        return new SseEvent(null, data.toString());
    }

    /** An event whose name is its {@code type}, as Anthropic and OpenAI's responses have it. */
    static SseEvent named(JsonNode data) {
        return new SseEvent(data.path("type").stringValue(), data.toString());
    }

    /** The event as it goes over the network. */
    public String text() {
        String start = name == null ? "" : "event: " + name + "\n";
        return start + "data: " + data + "\n\n";
    }
}
