package dev.millrace.simulator.answer;

/**
 * One text of an answer; there are several when the request asks for {@code n} or gives several
 * prompts.
 *
 * @param text what was generated, cut to the allowed tokens
 * @param finish why it ends
 */
public record Choice(String text, Finish finish) {}
