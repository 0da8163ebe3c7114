package dev.millrace.simulator.answer.content;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Decides which of the request's tools an answer calls. With {@code auto}, a model calls tools in
 * answer to a user and answers a tool's result with text, so that a client's loop ends.
 */
final class ToolCaller {
    /** Calls in one answer when the request allows parallel calls. */
    private static final int PARALLEL_CALLS = 2;

    private ToolCaller() {}

    /** Returns the calls, with arguments that match the tools' schemas. */
    static List<ToolCall> calls(JsonNode body, String hash) {
        JsonNode choice = body.path("tool_choice");
        String mode = choice.asString(choice.path("type").asString("auto"));
        boolean isCalling =
                switch (mode) {
                    case "none" -> false;
                    case "auto" -> !endsWithToolResult(body);
                    default -> true;
                };
        if (!isCalling) {
            return List.of();
        }
        String name =
                choice.path("function").path("name").asString(choice.path("name").asString(""));
        return body.path("tools")
                .valueStream()
                .flatMap(tool -> call(tool, hash).stream())
                .filter(call -> name.isEmpty() || name.equals(call.name()))
                .limit(isParallel(body) ? PARALLEL_CALLS : 1)
                .toList();
    }

    /** Reads a function of chat completions, of responses or of messages; empty for other tools. */
    private static Optional<ToolCall> call(JsonNode tool, String hash) {
        JsonNode function = tool.path("function").isObject() ? tool.path("function") : tool;
        String type = tool.path("type").asString("custom");
        JsonNode schema =
                type.equals("function") ? function.path("parameters") : tool.path("input_schema");
        boolean isFunction =
                type.equals("function") || (type.equals("custom") && schema.isObject());
        String name = function.path("name").asString("");
        return isFunction && !name.isEmpty()
                ? Optional.of(new ToolCall(name, SchemaSample.object(schema, hash)))
                : Optional.empty();
    }

    private static boolean isParallel(JsonNode body) {
        return body.path("parallel_tool_calls").asBoolean(true)
                && !body.path("tool_choice").path("disable_parallel_tool_use").asBoolean(false);
    }

    private static boolean endsWithToolResult(JsonNode body) {
        List<JsonNode> turns = new ArrayList<>();
        body.path("messages").forEach(turns::add);
        body.path("input").forEach(turns::add);
        if (turns.isEmpty()) {
            return false;
        }
        JsonNode last = turns.getLast();
        return last.path("role").asString("").equals("tool")
                || last.path("type").asString("").equals("function_call_output")
                || last.path("content")
                        .valueStream()
                        .anyMatch(part -> part.path("type").asString("").equals("tool_result"));
    }
}
