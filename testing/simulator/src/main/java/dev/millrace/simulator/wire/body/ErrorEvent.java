package dev.millrace.simulator.wire.body;

import dev.millrace.simulator.answer.Operation;
import dev.millrace.simulator.wire.CallId;
import dev.millrace.simulator.wire.ProviderError;
import dev.millrace.simulator.wire.WireFormat;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Formats the event by which a stream reports that the provider failed. */
final class ErrorEvent {
    private static final int SERVER_ERROR = 500;
    private static final int OVERLOADED = 529;

    private ErrorEvent() {}

    /**
     * Returns the error event.
     *
     * @param sequence sequence number of the event in the stream, from 0
     */
    static SimulatedEvent of(Operation operation, String model, CallId id, int sequence) {
        WireFormat wire = WireFormat.of(operation);
        int status =
                switch (wire) {
                    case OPENAI -> SERVER_ERROR;
                    case ANTHROPIC -> OVERLOADED;
                };
        ObjectNode body = ProviderError.ofStatus(wire, status, model).body(wire, id);
        return switch (operation) {
            case MESSAGES -> SimulatedEvent.named(body);
            case RESPONSES -> SimulatedEvent.named(response(body.path("error"), sequence));
            case CHAT_COMPLETIONS, COMPLETIONS, EMBEDDINGS -> SimulatedEvent.of(body);
        };
    }

    /** Formats the error event of responses, which has the error's fields at its top level. */
    private static ObjectNode response(JsonNode error, int sequence) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", "error")
                .put("code", error.path("type").asString(""))
                .put("message", error.path("message").asString(""))
                .putNull("param")
                .put("sequence_number", sequence);
    }
}
