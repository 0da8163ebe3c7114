package dev.millrace.similarity.prompt;

/** How a request's body holds its prompt. */
public enum PromptShape {
    /** A chat completion of OpenAI: instructions are messages before the user's. */
    CHAT,
    /** A message of Anthropic: instructions are the field {@code system}. */
    MESSAGES
}
