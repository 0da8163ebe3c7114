package dev.millrace.contracts.job;

/**
 * The names that an endpoint's body has for the parts of a prompt.
 *
 * @param prompt key of the prompt: a list of messages, or one or several texts
 * @param instructions key of the instructions; empty if they are a message, or if there are none
 * @param textPart type of a part of a message that is text; empty if there are no messages
 */
public record PromptKeys(String prompt, String instructions, String textPart) {
    static PromptKeys ofTexts(String prompt) {
        return new PromptKeys(prompt, "", "");
    }

    /** Returns true if the prompt may be a plain text: only {@code messages} must be a list. */
    public boolean acceptsText() {
        return !prompt.equals("messages");
    }
}
