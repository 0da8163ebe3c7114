package dev.millrace.similarity.prompt;

/**
 * The prompt of a request that a semantic cache may answer, if {@link PromptTokens} agrees.
 *
 * @param text what the user says, not blank
 * @param parameters digest of everything else in the body that can change the answer: system
 *     prompt, temperature, format and all other fields. 64 hex digits. Does not cover the model
 */
public record Prompt(String text, String parameters) implements PromptReading {}
