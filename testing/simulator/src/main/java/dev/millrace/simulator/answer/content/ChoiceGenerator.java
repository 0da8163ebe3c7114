package dev.millrace.simulator.answer.content;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Generates the choices of an answer to one conversation: tool calls, or a text that ends at the
 * first stop sequence or at the token limit.
 */
public final class ChoiceGenerator {
    private final JsonNode body;
    private final Conversation conversation;
    private final int maxTokens;
    private final int minTokens;

    /**
     * @param body the request
     * @param conversation the prompt, or one of several prompts, of the request
     * @param maxTokens largest number of tokens of a choice, without reasoning
     * @param minTokens smallest number of tokens of a text, if {@code maxTokens} allows it
     */
    public ChoiceGenerator(JsonNode body, Conversation conversation, int maxTokens, int minTokens) {
        this.body = body;
        this.conversation = conversation;
        this.maxTokens = maxTokens;
        this.minTokens = minTokens;
    }

    /** Generates the given number of choices. */
    public List<Choice> choices(int copies) {
        String reasoning = Reasoning.text(body, conversation);
        List<ToolCall> calls = ToolCaller.calls(body, Conversation.hash(conversation.digest()));
        String text = calls.isEmpty() ? TextComposer.text(body, conversation, minTokens) : "";
        return IntStream.range(0, copies)
                .mapToObj(
                        copy ->
                                calls.isEmpty()
                                        ? text(reasoning, text, copy)
                                        : calls(reasoning, calls))
                .toList();
    }

    /** Leaves out the calls that exceed the token limit. */
    private Choice calls(String reasoning, List<ToolCall> calls) {
        List<ToolCall> fitting = new ArrayList<>();
        int left = maxTokens;
        for (ToolCall call : calls) {
            left -= call.tokens();
            if (left < 0) {
                return new Choice(reasoning, "", fitting, FinishReason.LENGTH, null);
            }
            fitting.add(call);
        }
        return new Choice(reasoning, "", fitting, FinishReason.TOOL_CALLS, null);
    }

    private Choice text(String reasoning, String text, int copy) {
        String complete = copy == 0 ? text : text + TextComposer.copySuffix(body, copy);
        String stop = firstStopSequence(complete);
        String stopped = stop == null ? complete : complete.substring(0, complete.indexOf(stop));
        long characters = (long) maxTokens * CodePointTokens.CHARACTERS_PER_TOKEN;
        if (stopped.codePointCount(0, stopped.length()) > characters) {
            String cut = stopped.substring(0, stopped.offsetByCodePoints(0, (int) characters));
            return new Choice(reasoning, cut, List.of(), FinishReason.LENGTH, null);
        }
        FinishReason finish = stop == null ? FinishReason.STOP : FinishReason.STOP_SEQUENCE;
        return new Choice(reasoning, stopped, List.of(), finish, stop);
    }

    /** Returns the stop sequence that occurs first in the text; null = none occurs. */
    private @Nullable String firstStopSequence(String text) {
        JsonNode single = body.path("stop");
        JsonNode several = single.isArray() ? single : body.path("stop_sequences");
        List<String> sequences = new ArrayList<>();
        several.forEach(sequence -> sequences.add(sequence.asString("")));
        sequences.add(single.asString(""));
        String first = null;
        for (String sequence : sequences) {
            boolean occurs = !sequence.isEmpty() && text.contains(sequence);
            if (occurs && (first == null || text.indexOf(sequence) < text.indexOf(first))) {
                first = sequence;
            }
        }
        return first;
    }
}
