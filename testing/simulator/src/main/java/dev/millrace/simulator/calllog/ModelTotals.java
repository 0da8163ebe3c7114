package dev.millrace.simulator.calllog;

import dev.millrace.simulator.answer.Usage;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Totals over the calls of one model. Tokens are of billed calls only.
 *
 * @param calls number of calls
 * @param billed number of billed calls
 * @param input prompt tokens, including cached tokens and cache writes
 * @param cachedInput prompt tokens read from the cache
 * @param cacheWrite prompt tokens written to the cache
 * @param output answer tokens
 */
public record ModelTotals(
        long calls, long billed, long input, long cachedInput, long cacheWrite, long output) {
    /** Totals over no call. */
    public static final ModelTotals NONE = new ModelTotals(0, 0, 0, 0, 0, 0);

    ModelTotals plus(LoggedCall entry) {
        Usage usage = entry.billed() ? entry.usage() : Usage.NONE;
        return new ModelTotals(
                calls + 1,
                billed + (entry.billed() ? 1 : 0),
                input + usage.input(),
                cachedInput + usage.cachedInput(),
                cacheWrite + usage.cacheWrite(),
                output + usage.output());
    }

    /** Returns these totals as a JSON object. */
    public ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("calls", calls)
                .put("billed", billed)
                .put("input_tokens", input)
                .put("cached_input_tokens", cachedInput)
                .put("cache_write_tokens", cacheWrite)
                .put("output_tokens", output);
    }
}
