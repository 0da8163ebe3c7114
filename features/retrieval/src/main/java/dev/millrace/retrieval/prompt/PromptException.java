package dev.millrace.retrieval.prompt;

/** The prompt cannot get passages. The message is a sentence for the user. */
public final class PromptException extends Exception {
    PromptException(String message) {
        super(message);
    }
}
