package dev.millrace.simulator.answer.content;

import tools.jackson.databind.JsonNode;

/**
 * A call of one of the request's tools.
 *
 * @param name the tool's name
 * @param arguments a value that matches the tool's schema
 */
public record ToolCall(String name, JsonNode arguments) {
    int tokens() {
        return CodePointTokens.of(name + arguments);
    }
}
