package dev.millrace.simulator.wire;

import dev.millrace.simulator.answer.Operation;

/** A wire format that several providers share. */
public enum Wire {
    /** OpenAI and compatible providers. */
    OPENAI,
    /** Anthropic. */
    ANTHROPIC;

    public static Wire of(Operation operation) {
        return switch (operation) {
            case CHAT_COMPLETIONS, COMPLETIONS, RESPONSES, EMBEDDINGS -> OPENAI;
            case MESSAGES -> ANTHROPIC;
        };
    }
}
