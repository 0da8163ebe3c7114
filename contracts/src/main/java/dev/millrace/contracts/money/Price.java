package dev.millrace.contracts.money;

import static dev.millrace.contracts.Violation.require;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * What a model's tokens cost, in US dollars per million tokens.
 *
 * @param input input tokens that no cache was involved in
 * @param cachedInput input tokens read from a prompt cache
 * @param cacheWrite input tokens written to a prompt cache
 * @param cacheWriteHour input tokens written to a prompt cache that keeps them for an hour
 * @param output output tokens, reasoning included
 * @param above the rates of a call whose input exceeds a threshold
 */
public record Price(
        BigDecimal input,
        BigDecimal cachedInput,
        BigDecimal cacheWrite,
        BigDecimal cacheWriteHour,
        BigDecimal output,
        Optional<LongContext> above) {
    /** A million calls of a million tokens at this price are still a sane number. */
    private static final BigDecimal HIGHEST = BigDecimal.valueOf(1_000_000);

    /** {@code 10^-6}: prices are per million tokens. */
    private static final int PER_MILLION = -6;

    public Price {
        input = rate("input", input);
        cachedInput = rate("cached_input", cachedInput);
        cacheWrite = rate("cache_write", cacheWrite);
        cacheWriteHour = rate("cache_write_1h", cacheWriteHour);
        output = rate("output", output);
    }

    /** A price at which a cache that keeps for an hour costs as much as any. */
    public Price(
            BigDecimal input,
            BigDecimal cachedInput,
            BigDecimal cacheWrite,
            BigDecimal output,
            Optional<LongContext> above) {
        this(input, cachedInput, cacheWrite, cacheWrite, output, above);
    }

    /**
     * The rates of a call with a long input; they apply to all of its tokens.
     *
     * @param inputTokens a call with more input tokens than this, cached ones included, is a long
     *     one
     * @param input like {@link Price#input}, and so on
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

    /** A price without reductions: every input token costs the same. */
    public static Price of(BigDecimal input, BigDecimal output) {
        return new Price(input, input, input, output, Optional.empty());
    }

    /** {@link #of(BigDecimal, BigDecimal)} from decimal digits, such as {@code "2.50"}. */
    public static Price of(String input, String output) {
        return of(new BigDecimal(input), new BigDecimal(output));
    }

    /**
     * The exact cost of a call in US dollars: tokens × price ÷ 1,000,000, never rounded. Print it
     * with {@link Usd#text}.
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

    /** The rates that a call with so many input tokens pays, as a price of their own. */
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
                rate.signum() >= 0 && rate.compareTo(HIGHEST) <= 0,
                key,
                "must be 0 to 1000000 US dollars per million tokens");
        return Usd.normalised(rate);
    }
}
