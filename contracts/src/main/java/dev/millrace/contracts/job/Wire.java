package dev.millrace.contracts.job;

/** The HTTP API of a provider. Its endpoints name it; {@code wire} speaks it. */
public enum Wire {
    /** The OpenAI API, which most providers offer. */
    OPENAI,
    /** The Anthropic API. */
    ANTHROPIC
}
