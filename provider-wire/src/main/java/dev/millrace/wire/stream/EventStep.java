package dev.millrace.wire.stream;

import dev.millrace.wire.json.JsonTree;
import tools.jackson.databind.JsonNode;

/** What one event did to an answer. */
sealed interface EventStep {
    /** The event carried no content. */
    EventStep NO_CONTENT = new Accepted(false);

    /** The event carried content. */
    EventStep CONTENT = new Accepted(true);

    /** The stream continues. */
    record Accepted(boolean hasContent) implements EventStep {}

    /** The event decided the outcome. */
    record Ended(AssembledAnswer outcome) implements EventStep {}

    static EventStep accepted(boolean hasContent) {
        return hasContent ? CONTENT : NO_CONTENT;
    }

    static EventStep complete(JsonNode body) {
        return new Ended(new AssembledAnswer.Complete(JsonTree.bytes(body)));
    }

    static EventStep failed(JsonNode errorBody) {
        return new Ended(new AssembledAnswer.Failed(JsonTree.bytes(errorBody)));
    }

    static EventStep malformed(String reason) {
        return new Ended(new AssembledAnswer.Malformed(reason));
    }
}
