package dev.millrace.similarity.prompt;

/** What {@link PromptReader} finds in a request. */
public sealed interface PromptReading permits Ineligible, Prompt {}
