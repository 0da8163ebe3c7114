package dev.millrace.client.request;

import dev.millrace.contracts.job.Endpoint;

/** Builds a request of {@code /v1/chat/completions}. */
public final class ChatCompletion extends RequestBuilder<ChatCompletion> {
    ChatCompletion(String model) {
        super(Endpoint.CHAT_COMPLETIONS, model);
    }

    @Override
    ChatCompletion self() {
        return this;
    }

    /** Adds a message of the system. */
    public ChatCompletion system(String text) {
        return message("system", text);
    }

    /** Adds a message of the user. */
    public ChatCompletion user(String text) {
        return message("user", text);
    }

    /** Adds a message of the assistant. */
    public ChatCompletion assistant(String text) {
        return message("assistant", text);
    }

    /** Adds a message of any role. For messages with parts, set the field {@code messages}. */
    public ChatCompletion message(String role, String text) {
        array("messages").addObject().put("role", role).put("content", text);
        return this;
    }

    /** Limits the output tokens. */
    public ChatCompletion maxTokens(int limit) {
        return field("max_completion_tokens", limit);
    }

    /** Sets the temperature. */
    public ChatCompletion temperature(double temperature) {
        return field("temperature", temperature);
    }
}
