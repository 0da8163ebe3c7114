package dev.millrace.semantic.prompt;

/** What {@link PromptReader} finds in a request. */
public sealed interface PromptReading permits Ineligible, Prompt {}
