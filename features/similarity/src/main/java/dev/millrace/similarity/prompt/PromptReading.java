package dev.millrace.similarity.prompt;

/** The result of reading a request with {@link PromptReader}. */
public sealed interface PromptReading permits Ineligible, Prompt {}
