package dev.millrace.contracts.job;

/**
 * The HTTP API of a provider. Each {@link Endpoint} belongs to one; the module {@code wire}
 * implements it.
 */
public enum Wire {
    /** The OpenAI API, which most providers offer. */
    OPENAI,
    /** The Anthropic API. */
    ANTHROPIC
}
