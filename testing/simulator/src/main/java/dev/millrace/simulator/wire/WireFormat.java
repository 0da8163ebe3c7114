package dev.millrace.simulator.wire;

import dev.millrace.simulator.answer.Operation;

/** A wire format that several providers share. */
public enum WireFormat {
    /** OpenAI and compatible providers. */
    OPENAI,
    /** Anthropic. */
    ANTHROPIC;

    /** Returns the wire of an operation. */
    public static WireFormat of(Operation operation) {
        return switch (operation) {
            case CHAT_COMPLETIONS, COMPLETIONS, RESPONSES, EMBEDDINGS -> OPENAI;
            case MESSAGES -> ANTHROPIC;
        };
    }
}
