package dev.millrace.translation;

import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** A whole exchange as the references describe it: the job's side and the provider's. */
enum GoldenExchange {
    CHAT_AGENT("chat-agent"),
    CHAT_SCHEMA("chat-schema"),
    MESSAGES_AGENT("messages-agent"),
    MESSAGES_REFUSAL("messages-refusal");

    private final String file;

    GoldenExchange(String file) {
        this.file = file;
    }

    private JsonNode document() {
        return JsonResource.read("/translate/golden/" + file + ".json");
    }

    private boolean isChat() {
        return document().path("translation").asString().equals("CHAT_TO_MESSAGES");
    }

    FieldCases requests() {
        return isChat() ? FieldCases.CHAT_REQUEST : FieldCases.MESSAGES_REQUEST;
    }

    FieldCases answers() {
        return isChat() ? FieldCases.MESSAGES_ANSWER : FieldCases.CHAT_ANSWER;
    }

    /** The job's request. */
    JsonNode request() {
        return document().path("request");
    }

    /** The request that the provider gets. */
    JsonNode sent() {
        return document().path("sent");
    }

    /** Returns the paths that are left out of the request. */
    List<String> omitted() {
        return StreamSupport.stream(document().path("omits").spliterator(), false)
                .map(JsonNode::asString)
                .toList();
    }

    /** The provider's answer. */
    JsonNode received() {
        return document().path("received");
    }

    /** The answer that the job gets. */
    JsonNode answer() {
        return document().path("answer");
    }
}
