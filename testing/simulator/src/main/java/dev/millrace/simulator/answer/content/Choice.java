package dev.millrace.simulator.answer.content;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One alternative of an answer. An answer has several choices when the request sets {@code n} or
 * has several prompts.
 *
 * @param reasoning the reasoning that the client sees; empty = none
 * @param text the generated text, truncated to the allowed tokens; the refusal's text when the
 *     model refuses; empty when the choice calls tools
 * @param toolCalls calls of the request's tools
 * @param finish why the choice ends
 * @param stopSequence the stop sequence that ended the text; null = another reason ended it
 */
public record Choice(
        String reasoning,
        String text,
        List<ToolCall> toolCalls,
        FinishReason finish,
        @Nullable String stopSequence) {
    private static final String REFUSAL = "I'm sorry, but I can't help with that.";

    public Choice {
        toolCalls = List.copyOf(toolCalls);
    }

    /** Returns the tokens of text and tool calls, without reasoning. */
    public int tokens() {
        return CodePointTokens.of(text) + toolCalls.stream().mapToInt(ToolCall::tokens).sum();
    }

    /** Returns this choice, cut off by the content filter. */
    public Choice filtered() {
        return new Choice(reasoning, text, toolCalls, FinishReason.CONTENT_FILTER, null);
    }

    /** Returns a refusal instead of this choice. */
    public Choice refused() {
        return new Choice(reasoning, REFUSAL, List.of(), FinishReason.REFUSAL, null);
    }
}
