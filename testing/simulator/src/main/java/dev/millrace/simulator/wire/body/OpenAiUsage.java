package dev.millrace.simulator.wire.body;

import dev.millrace.simulator.answer.Usage;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Formats the usage object of OpenAI chat completions and completions. */
final class OpenAiUsage {
    private OpenAiUsage() {}

    static ObjectNode of(Usage usage) {
        ObjectNode node =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("prompt_tokens", usage.input())
                        .put("completion_tokens", usage.output())
                        .put("total_tokens", usage.total());
        node.putObject("prompt_tokens_details")
                .put("cached_tokens", usage.cachedInput())
                .put("audio_tokens", 0);
        node.putObject("completion_tokens_details")
                .put("reasoning_tokens", usage.reasoning())
                .put("audio_tokens", 0)
                .put("accepted_prediction_tokens", 0)
                .put("rejected_prediction_tokens", 0);
        return node;
    }
}
