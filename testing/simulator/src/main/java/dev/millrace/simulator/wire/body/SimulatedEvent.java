package dev.millrace.simulator.wire.body;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A server-sent event.
 *
 * @param name the {@code event} line; null = no such line, as in OpenAI chat completions
 * @param data the {@code data} line
 */
public record SimulatedEvent(@Nullable String name, String data) {
    static SimulatedEvent of(JsonNode data) {
        return new SimulatedEvent(null, data.toString());
    }

    /**
     * Creates an event named by its {@code type}, as in Anthropic messages and OpenAI responses.
     */
    static SimulatedEvent named(JsonNode data) {
        return new SimulatedEvent(data.path("type").stringValue(), data.toString());
    }

    /** Returns the event in its wire format. */
    public String text() {
        String start = name == null ? "" : "event: " + name + "\n";
        return start + "data: " + data + "\n\n";
    }
}
