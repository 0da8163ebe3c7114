package dev.millrace.simulator.answer;

/**
 * One text of an answer. An answer has several choices when the request sets {@code n} or has
 * several prompts.
 *
 * @param text the generated text, truncated to the allowed tokens
 * @param finish why the text ends
 */
public record Choice(String text, FinishReason finish) {}
