package dev.millrace.standalone.audit;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.ServiceUse;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.standalone.audit.log.LogLine;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sums of similar requests, to which each price applies equal rates. So the cost of the sum is
 * exactly the sum of the costs. Used by one thread.
 */
final class RequestGroup {
    /**
     * The common properties of a group's requests.
     *
     * @param inputBand band of their input tokens
     * @param totalBand band of their input and output tokens
     * @param tier their service tier; null for the standard tier
     * @param hasSpend true if the log has their cost
     * @param prices prices by the hour at their time, by model; the others apply at all times
     */
    record Key(
            int inputBand,
            int totalBand,
            @Nullable String tier,
            boolean hasSpend,
            Map<String, Price> prices) {}

    private final ServiceUse service;
    private final boolean hasSpend;
    private final Map<String, Price> prices;
    private long requests;
    private long smallestInput = Long.MAX_VALUE;
    private long largestTotal;
    private long largestOutput;
    private TokenUsage usage = TokenUsage.NONE;
    private BigDecimal spentUsd = BigDecimal.ZERO;

    RequestGroup(Key key) {
        service = new ServiceUse(key.tier(), Map.of());
        hasSpend = key.hasSpend();
        prices = key.prices();
    }

    void add(LogLine.Billed billed) {
        requests += billed.requests();
        usage = usage.plus(billed.usage());
        smallestInput = Math.min(smallestInput, billed.each().inputTokens());
        largestTotal = Math.max(largestTotal, billed.each().totalTokens());
        largestOutput = Math.max(largestOutput, billed.each().outputTokens());
        spentUsd = spentUsd.add(billed.spentUsd().orElse(BigDecimal.ZERO));
    }

    long requests() {
        return requests;
    }

    TokenUsage usage() {
        return usage;
    }

    /** Returns the input tokens of one of the requests. */
    long sampleInput() {
        return smallestInput;
    }

    long largestTotal() {
        return largestTotal;
    }

    long largestOutput() {
        return largestOutput;
    }

    boolean hasSpend() {
        return hasSpend;
    }

    BigDecimal spentUsd() {
        return spentUsd;
    }

    /**
     * Returns the exact cost of all requests in US dollars at a model's price for their service
     * tier; without such a price, at the model's most expensive tier. Requests of unknown hours
     * cost the most expensive ones.
     */
    BigDecimal costAt(Model model) {
        return prices.getOrDefault(model.name(), model.price())
                .chargeOf(usage, smallestInput, service)
                .usd();
    }

    /** Returns the service tier, if a model has no price for it. */
    Optional<String> unpricedTier(Model model) {
        return Optional.ofNullable(service.tier())
                .filter(it -> !model.price().unpriced(service).isEmpty());
    }
}
