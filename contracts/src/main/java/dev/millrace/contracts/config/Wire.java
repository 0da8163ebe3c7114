package dev.millrace.contracts.config;

/** The HTTP interface that a provider speaks. */
public enum Wire {
    /** The one of OpenAI, which most providers offer. */
    OPENAI,
    /** The one of Anthropic. */
    ANTHROPIC
}
