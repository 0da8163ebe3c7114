package dev.millrace.contracts.upstream;

/** The HTTP API of a provider. Its endpoints name it; {@code provider-wire} speaks it. */
public enum Wire {
    /** The OpenAI API, which most providers offer. */
    OPENAI,
    /** The Anthropic API. */
    ANTHROPIC
}
