package dev.millrace.wire.stream;

import dev.millrace.wire.json.JsonTree;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Assembles the events of OpenAI's responses. The last event repeats the whole response, so the
 * pieces before it only tell that content has arrived.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/responses-streaming">Reference</a>
 */
final class ResponseAssembler implements EventAssembler {
    private static final String RESPONSE = "response";

    @Override
    public EventStep accept(ObjectNode data) {
        String type = data.path("type").asString("");
        return switch (type) {
            case "response.completed", "response.incomplete" ->
                    data.path(RESPONSE) instanceof ObjectNode response
                            ? EventStep.complete(response)
                            : EventStep.malformed("the event " + type + " has no response");
            case "response.failed" -> failed(data.path(RESPONSE));
            default -> EventStep.accepted(type.endsWith(".delta"));
        };
    }

    /** Returns the response's error in the form of an error response. */
    private static EventStep failed(JsonNode response) {
        ObjectNode body = JsonTree.object();
        body.set("error", response.path("error"));
        return EventStep.failed(body);
    }

    @Override
    public EventStep acceptDone() {
        return EventStep.malformed("[DONE] came before the response was completed");
    }

    @Override
    public String missing() {
        return "response.completed";
    }
}
