package dev.millrace.simulator.ledger;

import dev.millrace.simulator.answer.Usage;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sums over the calls of one model.
 *
 * @param calls all calls
 * @param billed of these, the billed ones; all tokens are theirs
 * @param input tokens of prompts, cached ones and cache writes included
 * @param cachedInput of these, read from the cache
 * @param cacheWrite of these, written to the cache
 * @param output tokens of answers
 */
public record ModelTotals(
        long calls, long billed, long input, long cachedInput, long cacheWrite, long output) {
    /** No call yet. */
    public static final ModelTotals NONE = new ModelTotals(0, 0, 0, 0, 0, 0);

    ModelTotals plus(LedgerEntry entry) {
        Usage usage = entry.billed() ? entry.usage() : Usage.NONE;
        return new ModelTotals(
                calls + 1,
                billed + (entry.billed() ? 1 : 0),
                input + usage.input(),
                cachedInput + usage.cachedInput(),
                cacheWrite + usage.cacheWrite(),
                output + usage.output());
    }

    /** These sums as a JSON object. */
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
