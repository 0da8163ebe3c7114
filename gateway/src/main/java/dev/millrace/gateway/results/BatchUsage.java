package dev.millrace.gateway.results;

import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.money.Usd;
import dev.millrace.gateway.figures.CostGroup;
import java.math.BigDecimal;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tokens and the cost of a batch, as far as the sink has counted them.
 *
 * @param jobs number of counted jobs
 * @param input all input tokens, including tokens from the provider's cache
 * @param cachedInput input tokens read from the provider's cache
 * @param cacheWrite input tokens written to the provider's cache
 * @param output all output tokens, reasoning included
 * @param reasoning output tokens of reasoning
 * @param money its cost
 */
public record BatchUsage(
        long jobs,
        long input,
        long cachedInput,
        long cacheWrite,
        long output,
        long reasoning,
        Money money) {
    /** Nothing is counted. */
    public static final BatchUsage NONE =
            new BatchUsage(
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    new Money(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, 0));

    /**
     * The cost of a batch, in US dollars.
     *
     * @param costUsd cost of billed calls
     * @param uncertainUsd highest possible cost of calls with unknown billing
     * @param savedUsd cost of avoided calls, and what cheaper tiers have saved
     * @param spilled billed calls for which it was too late for a cheaper tier
     */
    public record Money(
            BigDecimal costUsd, BigDecimal uncertainUsd, BigDecimal savedUsd, long spilled) {
        /** Writes the amounts as {@link BatchUsage#read} reads them. */
        public void writeTo(ObjectNode json) {
            json.put("cost_usd", costUsd);
            json.put("uncertain_usd", uncertainUsd);
            json.put("saved_usd", savedUsd);
            json.put("spilled", spilled);
        }
    }

    static BatchUsage of(CostGroup costs) {
        TokenUsage tokens = costs.usage();
        return new BatchUsage(
                costs.jobs(),
                tokens.inputTokens(),
                tokens.cachedInputTokens(),
                tokens.cacheWriteTokens(),
                tokens.outputTokens(),
                tokens.reasoningTokens(),
                new Money(
                        Usd.normalised(costs.costUsd()),
                        Usd.normalised(costs.uncertainUsd()),
                        Usd.normalised(costs.savedUsd()),
                        costs.spilled()));
    }

    /** Reads a stored usage; none if it is missing. */
    public static BatchUsage read(JsonNode costs) {
        JsonNode tokens = costs.path("tokens");
        return new BatchUsage(
                costs.path("jobs").asLong(0),
                tokens.path("input").asLong(0),
                tokens.path("cached_input").asLong(0),
                tokens.path("cache_write").asLong(0),
                tokens.path("output").asLong(0),
                tokens.path("reasoning").asLong(0),
                new Money(
                        usd(costs, "cost_usd"),
                        usd(costs, "uncertain_usd"),
                        usd(costs, "saved_usd"),
                        costs.path("spilled").asLong(0)));
    }

    private static BigDecimal usd(JsonNode costs, String key) {
        return Optional.of(costs.path(key))
                .filter(JsonNode::isNumber)
                .map(it -> Usd.normalised(it.decimalValue()))
                .orElse(BigDecimal.ZERO);
    }

    /** Writes the usage as {@link #read} reads it. */
    public void writeTo(ObjectNode costs) {
        costs.put("jobs", jobs);
        ObjectNode tokens = costs.putObject("tokens");
        tokens.put("input", input);
        tokens.put("cached_input", cachedInput);
        tokens.put("cache_write", cacheWrite);
        tokens.put("output", output);
        tokens.put("reasoning", reasoning);
        money.writeTo(costs);
    }
}
