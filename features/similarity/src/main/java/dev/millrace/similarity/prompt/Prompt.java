package dev.millrace.similarity.prompt;

/**
 * The prompt of a request that a semantic cache may answer, if {@link PromptTokens} agrees.
 *
 * @param text the user's text, not blank
 * @param parameters digest, in 64 hex digits, of every other field that can change the answer, such
 *     as system prompt, temperature and format. Does not cover the model
 */
public record Prompt(String text, String parameters) implements PromptReading {}
