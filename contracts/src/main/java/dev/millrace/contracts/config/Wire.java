package dev.millrace.contracts.config;

/** The HTTP API of a provider. */
public enum Wire {
    /** The OpenAI API, which most providers offer. */
    OPENAI,
    /** The Anthropic API. */
    ANTHROPIC
}
