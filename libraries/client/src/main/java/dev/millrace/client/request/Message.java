package dev.millrace.client.request;

import dev.millrace.contracts.job.Endpoint;

/** Builds a request of {@code /v1/messages}. */
public final class Message extends RequestBuilder<Message> {
    Message(String model, int maxTokens) {
        super(Endpoint.MESSAGES, model);
        field("max_tokens", maxTokens);
    }

    @Override
    Message self() {
        return this;
    }

    /** Sets the instructions. */
    public Message system(String text) {
        return field("system", text);
    }

    /** Adds a message of the user. */
    public Message user(String text) {
        return message("user", text);
    }

    /** Adds a message of the assistant. */
    public Message assistant(String text) {
        return message("assistant", text);
    }

    /** Adds a message of any role. For messages with blocks, set the field {@code messages}. */
    public Message message(String role, String text) {
        array("messages").addObject().put("role", role).put("content", text);
        return this;
    }

    /** Sets the temperature. */
    public Message temperature(double temperature) {
        return field("temperature", temperature);
    }
}
