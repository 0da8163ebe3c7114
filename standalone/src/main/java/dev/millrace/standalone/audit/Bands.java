package dev.millrace.standalone.audit;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.When;
import java.util.Arrays;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Divides request sizes into bands at all relevant limits. Each price, context window and condition
 * treats all requests of a band alike.
 */
final class Bands {
    private final long[] limits;

    private Bands(LongStream limits) {
        this.limits = limits.sorted().distinct().toArray();
    }

    /** Returns the bands of input tokens: thresholds of prices, and conditions of the policy. */
    static Bands ofInput(Catalog catalog, Policy policy) {
        LongStream thresholds =
                catalog.models().stream()
                        .flatMap(model -> model.price().atAllHours())
                        .flatMap(price -> price.above().stream())
                        .mapToLong(Price.LongContext::inputTokens);
        LongStream conditions =
                policy.rules().stream()
                        .flatMap(rule -> rule.when().stream())
                        .flatMap(when -> when.inputTokens().stream())
                        .flatMapToLong(Bands::limits);
        return new Bands(LongStream.concat(thresholds, conditions));
    }

    private static LongStream limits(When.Range range) {
        return Stream.of(range.atLeast(), range.below())
                .flatMapToLong(it -> it.stream())
                .map(it -> it - 1);
    }

    /** Returns the bands of all tokens: the context windows. */
    static Bands ofTotal(Catalog catalog) {
        return new Bands(
                catalog.models().stream().flatMapToLong(model -> model.contextWindow().stream()));
    }

    /** Returns the number of limits that the given number of tokens exceeds. */
    int of(long tokens) {
        int place = Arrays.binarySearch(limits, tokens);
        return place < 0 ? -place - 1 : place;
    }
}
