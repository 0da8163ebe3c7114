package dev.millrace.simulator.wire.body;

import dev.millrace.simulator.answer.Usage;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Formats the usage object of OpenAI chat completions and completions. */
final class OpenAiUsage {
    private OpenAiUsage() {}

    /** Adds the billed cache writes, which only newer models report. */
    static void addWrites(ObjectNode details, Usage usage) {
        if (usage.cacheWrite() > 0) {
            details.put("cache_write_tokens", usage.cacheWrite());
        }
    }

    static ObjectNode of(Usage usage) {
        ObjectNode node =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("prompt_tokens", usage.input())
                        .put("completion_tokens", usage.output())
                        .put("total_tokens", usage.total());
        ObjectNode details =
                node.putObject("prompt_tokens_details")
                        .put("cached_tokens", usage.cachedInput())
                        .put("audio_tokens", 0);
        addWrites(details, usage);
        node.putObject("completion_tokens_details")
                .put("reasoning_tokens", usage.reasoning())
                .put("audio_tokens", 0)
                .put("accepted_prediction_tokens", 0)
                .put("rejected_prediction_tokens", 0);
        return node;
    }
}
