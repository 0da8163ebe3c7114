package dev.millrace.simulator.answer;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fields of a request that a response object repeats, with the defaults of the published
 * reference (<a href="https://platform.openai.com/docs/api-reference/responses/object">response
 * object</a>).
 */
final class EchoedFields {
    private static final List<String> NULL_BY_DEFAULT =
            List.of("instructions", "max_output_tokens", "previous_response_id", "user");

    private EchoedFields() {}

    static ObjectNode of(JsonNode body) {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        NULL_BY_DEFAULT.forEach(fields::putNull);
        fields.put("background", false).put("parallel_tool_calls", true).put("store", true);
        fields.put("temperature", 1.0).put("top_p", 1.0).put("tool_choice", "auto");
        fields.put("truncation", "disabled");
        fields.putObject("metadata");
        fields.putArray("tools");
        fields.putObject("reasoning").putNull("effort").putNull("summary");
        fields.putObject("text").putObject("format").put("type", "text");
        for (String name : List.copyOf(fields.propertyNames())) {
            JsonNode requested = body.path(name);
            if (!requested.isMissingNode() && !requested.isNull()) {
                fields.set(name, requested);
            }
        }
        return fields;
    }
}
