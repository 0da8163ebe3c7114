package dev.millrace.contracts.money;

import static dev.millrace.reader.problem.Violation.require;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * The price of a model's tokens, in US dollars per million tokens.
 *
 * @param input input tokens that were neither read from nor written to a cache
 * @param cachedInput input tokens read from a prompt cache
 * @param cacheWrite input tokens written to a prompt cache
 * @param cacheWriteHour input tokens written to a prompt cache that keeps them for an hour
 * @param output output tokens, reasoning included
 * @param above rates of a call whose input exceeds a threshold
 */
public record Price(
        BigDecimal input,
        BigDecimal cachedInput,
        BigDecimal cacheWrite,
        BigDecimal cacheWriteHour,
        BigDecimal output,
        Optional<LongContext> above) {
    /** Highest accepted rate: a million calls of a million tokens still cost a printable amount. */
    private static final BigDecimal MAX_RATE = BigDecimal.valueOf(1_000_000);

    /** {@code 10^-6}: prices are per million tokens. */
    private static final int PER_MILLION = -6;

    public Price {
        input = rate("input", input);
        cachedInput = rate("cached_input", cachedInput);
        cacheWrite = rate("cache_write", cacheWrite);
        cacheWriteHour = rate("cache_write_1h", cacheWriteHour);
        output = rate("output", output);
    }

    /** Creates a price with the same cache-write rate for every cache lifetime. */
    public Price(
            BigDecimal input,
            BigDecimal cachedInput,
            BigDecimal cacheWrite,
            BigDecimal output,
            Optional<LongContext> above) {
        this(input, cachedInput, cacheWrite, cacheWrite, output, above);
    }

    /**
     * The rates of a call with a long input. They apply to all of its tokens.
     *
     * @param inputTokens threshold: the rates apply to calls with more input tokens, cached tokens
     *     included
     * @param input see {@link Price#input}; the other rates correspond in the same way
     */
    public record LongContext(
            long inputTokens,
            BigDecimal input,
            BigDecimal cachedInput,
            BigDecimal cacheWrite,
            BigDecimal cacheWriteHour,
            BigDecimal output) {
        public LongContext {
            require(inputTokens >= 1, "input_tokens", "must be 1 or more, was " + inputTokens);
            input = rate("input", input);
            cachedInput = rate("cached_input", cachedInput);
            cacheWrite = rate("cache_write", cacheWrite);
            cacheWriteHour = rate("cache_write_1h", cacheWriteHour);
            output = rate("output", output);
        }
    }

    /** Creates a price with one rate for all input tokens, cached or not. */
    public static Price of(BigDecimal input, BigDecimal output) {
        return new Price(input, input, input, output, Optional.empty());
    }

    /**
     * Like {@link #of(BigDecimal, BigDecimal)}, with rates as decimal strings such as {@code
     * "2.50"}.
     */
    public static Price of(String input, String output) {
        return of(new BigDecimal(input), new BigDecimal(output));
    }

    /**
     * Returns the exact, unrounded cost of a call in US dollars: tokens × price ÷ 1,000,000. Print
     * it with {@link Usd#text}.
     */
    public BigDecimal costOf(TokenUsage usage) {
        var rates = ratesFor(usage.inputTokens());
        var millionths =
                times(usage.uncachedInputTokens(), rates.input)
                        .add(times(usage.cachedInputTokens(), rates.cachedInput))
                        .add(times(usage.cacheWriteMinutesTokens(), rates.cacheWrite))
                        .add(times(usage.cacheWriteHourTokens(), rates.cacheWriteHour))
                        .add(times(usage.outputTokens(), rates.output));
        return Usd.normalised(millionths.scaleByPowerOfTen(PER_MILLION));
    }

    /**
     * Returns the highest cost of a call in US dollars, unrounded. Considers the usual and the
     * long-context rates, since the call may have fewer tokens.
     *
     * @param input most input tokens, each of which may be cached or not
     * @param output most output tokens
     */
    public BigDecimal highestCostOf(long input, long output) {
        return atHighestRate(input, output).max(ratesFor(input).atHighestRate(input, output));
    }

    private BigDecimal atHighestRate(long inputTokens, long outputTokens) {
        BigDecimal highest = input.max(cachedInput).max(cacheWrite).max(cacheWriteHour);
        return times(inputTokens, highest)
                .add(times(outputTokens, output))
                .scaleByPowerOfTen(PER_MILLION);
    }

    /**
     * Returns the rates for a call with the given number of input tokens, as a price without
     * thresholds.
     */
    public Price ratesFor(long inputTokens) {
        return above.filter(it -> inputTokens > it.inputTokens)
                .map(
                        it ->
                                new Price(
                                        it.input,
                                        it.cachedInput,
                                        it.cacheWrite,
                                        it.cacheWriteHour,
                                        it.output,
                                        Optional.empty()))
                .orElse(this);
    }

    private static BigDecimal times(long tokens, BigDecimal rate) {
        return rate.multiply(BigDecimal.valueOf(tokens));
    }

    private static BigDecimal rate(String key, BigDecimal rate) {
        require(
                rate.signum() >= 0 && rate.compareTo(MAX_RATE) <= 0,
                key,
                "must be 0 to 1000000 US dollars per million tokens");
        return Usd.normalised(rate);
    }
}
