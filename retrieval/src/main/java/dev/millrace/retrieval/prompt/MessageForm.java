package dev.millrace.retrieval.prompt;

import dev.millrace.contracts.job.Endpoint;

/**
 * The names that an endpoint's body has for the parts of a prompt.
 *
 * @param messages key of the list of messages
 * @param instructions key of the instructions; empty if they are a message
 * @param textPart type of a part of a message that is text
 */
record MessageForm(String messages, String instructions, String textPart) {
    static MessageForm of(Endpoint endpoint) {
        return switch (endpoint) {
            case CHAT_COMPLETIONS -> new MessageForm("messages", "", "text");
            case MESSAGES -> new MessageForm("messages", "system", "text");
            case RESPONSES -> new MessageForm("input", "instructions", "input_text");
            case COMPLETIONS, EMBEDDINGS ->
                    throw new IllegalArgumentException(endpoint + " has no messages");
        };
    }
}
