package dev.millrace.similarity.prompt;

/** The place of a prompt in a request's body. */
public enum PromptShape {
    /** A chat completion of OpenAI: instructions are messages before the user's. */
    CHAT,
    /** A message of Anthropic: instructions are the field {@code system}. */
    MESSAGES
}
