package dev.millrace.simulator.wire;

import dev.millrace.simulator.answer.Operation;

/** A family of providers with the same shapes. */
public enum Wire {
    /** OpenAI and those who speak like it. */
    OPENAI,
    /** Anthropic. */
    ANTHROPIC;

    /** The wire of an operation. */
    public static Wire of(Operation operation) {
        return operation == Operation.MESSAGES ? ANTHROPIC : OPENAI;
    }
}
