package dev.millrace.contracts.money;

import static dev.millrace.yaml.problem.Violation.require;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The price of a model's calls. Rates of tokens are in US dollars per million tokens.
 *
 * @param input input tokens that were neither read from nor written to a cache
 * @param cachedInput input tokens read from a prompt cache
 * @param cacheWrite input tokens written to a prompt cache
 * @param cacheWriteHour input tokens written to a prompt cache that keeps them for an hour
 * @param output output tokens, reasoning included
 * @param above rates of calls whose input exceeds a threshold, by ascending threshold
 * @param variants prices at other service tiers and hours
 * @param perCall US dollars for one call of a tool that the provider runs, by name
 * @param source where and when the provider stated the price, if known
 */
public record Price(
        BigDecimal input,
        BigDecimal cachedInput,
        BigDecimal cacheWrite,
        BigDecimal cacheWriteHour,
        BigDecimal output,
        List<LongContext> above,
        Variants variants,
        Map<String, BigDecimal> perCall,
        Optional<PriceSource> source) {
    /** Highest accepted rate: a million calls of a million tokens still cost a printable amount. */
    private static final BigDecimal MAX_RATE = BigDecimal.valueOf(1_000_000);

    /** {@code 10^-6}: prices are per million tokens. */
    private static final int PER_MILLION = -6;

    /**
     * The prices at other service tiers and hours.
     *
     * @param tiers prices of the other {@link ServiceTier service tiers}, by name; these have
     *     neither tiers, tools nor hours
     * @param hours the hours with other rates; empty if the price is equal at all times
     * @param period name of the period of the day or week to which the price is narrowed; null for
     *     the usual rates
     */
    public record Variants(
            Map<String, Price> tiers, Optional<PriceHours> hours, @Nullable String period) {
        public Variants {
            tiers = ServiceTier.requireNames(tiers);
            hours = hours.filter(it -> !it.periods().isEmpty());
        }

        /** Completes the prices of periods, which differ only in the rates of the standard tier. */
        private Variants with(Map<String, BigDecimal> perCall, Optional<PriceSource> source) {
            return new Variants(
                    tiers,
                    hours.map(
                            it ->
                                    it.with(
                                            (name, price) ->
                                                    price.with(
                                                            new Variants(
                                                                    tiers, Optional.empty(), name),
                                                            perCall,
                                                            source))),
                    period);
        }
    }

    public Price {
        input = rate("input", input);
        cachedInput = rate("cached_input", cachedInput);
        cacheWrite = rate("cache_write", cacheWrite);
        cacheWriteHour = rate("cache_write_1h", cacheWriteHour);
        output = rate("output", output);
        above = ascending(above);
        perCall = callRates(perCall);
        variants = variants.with(perCall, source);
    }

    /** Creates a price that is equal at all times. */
    public Price(
            BigDecimal input,
            BigDecimal cachedInput,
            BigDecimal cacheWrite,
            BigDecimal cacheWriteHour,
            BigDecimal output,
            List<LongContext> above,
            Map<String, Price> tiers,
            Map<String, BigDecimal> perCall,
            Optional<PriceSource> source) {
        this(
                input,
                cachedInput,
                cacheWrite,
                cacheWriteHour,
                output,
                above,
                new Variants(tiers, Optional.empty(), null),
                perCall,
                source);
    }

    /** Creates a price without service tiers, tools and a known source. */
    public Price(
            BigDecimal input,
            BigDecimal cachedInput,
            BigDecimal cacheWrite,
            BigDecimal cacheWriteHour,
            BigDecimal output,
            Optional<LongContext> above) {
        this(
                input,
                cachedInput,
                cacheWrite,
                cacheWriteHour,
                output,
                above.stream().toList(),
                Map.of(),
                Map.of(),
                Optional.empty());
    }

    /** Creates a price with one cache-write rate for all cache lifetimes. */
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
     * @param input see {@link Price#input}; the other rates correspond to the other components of
     *     {@link Price}
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

        private Price rates() {
            return new Price(
                    input, cachedInput, cacheWrite, cacheWriteHour, output, Optional.empty());
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

    /** Returns true if no rate is above 0, as for a self-hosted server. */
    public boolean isFree() {
        return highestRate().add(output).signum() == 0
                && tiers().isEmpty()
                && hours().isEmpty()
                && perCall.isEmpty();
    }

    /** Returns the prices of the other service tiers, by name. */
    public Map<String, Price> tiers() {
        return variants.tiers;
    }

    /** Returns the hours with other rates. */
    public Optional<PriceHours> hours() {
        return variants.hours;
    }

    /** Returns a copy of this price with other rates in some hours. */
    public Price withHours(PriceHours hours) {
        return with(new Variants(tiers(), Optional.of(hours), null));
    }

    /** Returns the price of a call that starts and ends at the given times. */
    public Price at(Instant start, Instant end) {
        return hours().map(it -> narrowed(it, Set.of(it.periodOf(start, end)))).orElse(this);
    }

    /**
     * Returns the price of calls that start and end between the given times: without the periods
     * that do not apply then.
     *
     * @param until null for any time
     */
    public Price within(Instant from, @Nullable Instant until) {
        return until == null
                ? this
                : hours().map(it -> narrowed(it, it.periodsBetween(from, until))).orElse(this);
    }

    /**
     * Returns the moment at which a call at the standard tier costs least: the first of two, or the
     * earliest one until the other at which it costs less. Looks a week ahead at most.
     */
    public Instant cheapestStart(TokenUsage usage, Instant from, Instant until) {
        return hours().map(
                        it ->
                                it.cheapest(
                                        from,
                                        until,
                                        period -> period.map(this::in).orElse(this).costOf(usage)))
                .orElse(from);
    }

    /** Returns the price in the period of a name; at the usual hours if there is no such period. */
    public Price in(String period) {
        return hours().map(
                        it ->
                                narrowed(
                                        it,
                                        Set.of(
                                                Optional.of(period)
                                                        .filter(it.periods()::containsKey))))
                .orElse(this);
    }

    private Price narrowed(PriceHours all, Set<Optional<String>> periods) {
        PriceHours left = all.only(periods);
        if (periods.contains(Optional.<String>empty())) {
            return with(new Variants(tiers(), Optional.of(left), variants.period));
        }
        Price first = left.periods().values().iterator().next().price();
        return first.with(new Variants(first.tiers(), Optional.of(left), first.variants.period));
    }

    private Price with(Variants other) {
        return with(other, perCall, source);
    }

    private Price with(
            Variants other, Map<String, BigDecimal> calls, Optional<PriceSource> stated) {
        return new Price(
                input,
                cachedInput,
                cacheWrite,
                cacheWriteHour,
                output,
                above,
                other,
                calls,
                stated);
    }

    /** Returns the usual price, and those of the periods with other rates. */
    public Stream<Price> atAllHours() {
        return Stream.concat(
                Stream.of(this),
                hours().stream().flatMap(it -> it.periods().values().stream().map(p -> p.price())));
    }

    /**
     * Returns the exact, unrounded cost of a call in US dollars at the standard tier and the usual
     * hours: tokens × price ÷ 1,000,000. Print it with {@link Usd#text}.
     */
    public BigDecimal costOf(TokenUsage usage) {
        return ratesFor(usage.inputTokens()).costOfAll(usage);
    }

    /**
     * Returns the cost of tokens at the rates of this price, ignoring the thresholds of long
     * inputs.
     */
    private BigDecimal costOfAll(TokenUsage usage) {
        var millionths =
                times(usage.uncachedInputTokens(), input)
                        .add(times(usage.cachedInputTokens(), cachedInput))
                        .add(times(usage.cacheWriteMinutesTokens(), cacheWrite))
                        .add(times(usage.cacheWriteHourTokens(), cacheWriteHour))
                        .add(times(usage.outputTokens(), output));
        return Usd.normalised(millionths.scaleByPowerOfTen(PER_MILLION));
    }

    /**
     * Returns the cost of a call from the contents of its answer. The tier that the answer names
     * decides the rates. A tier without a price is charged at the most expensive tier with a price,
     * and a price that is not {@linkplain #at narrowed} at its most expensive hours.
     */
    public Charge chargeOf(TokenUsage usage, ServiceUse service) {
        return chargeOf(usage, usage.inputTokens(), service);
    }

    /**
     * Like {@link #chargeOf(TokenUsage, ServiceUse)}, for the sum of calls with equal rates.
     *
     * @param inputTokens input tokens of one call, which decide the rates of all calls
     */
    public Charge chargeOf(TokenUsage usage, long inputTokens, ServiceUse service) {
        return atAllHours()
                .map(it -> it.chargeOfUsual(usage, inputTokens, service))
                .max(Comparator.comparing(Charge::usd))
                .orElseThrow();
    }

    private Charge chargeOfUsual(TokenUsage usage, long inputTokens, ServiceUse service) {
        Comparator<Price> byCost =
                Comparator.comparing(it -> it.ratesFor(inputTokens).costOfAll(usage));
        var rates = tier(service.tier()).orElseGet(() -> dearest(byCost)).ratesFor(inputTokens);
        var tools = BigDecimal.ZERO;
        for (var call : service.toolCalls().entrySet()) {
            var rate = perCall.getOrDefault(call.getKey(), BigDecimal.ZERO);
            tools = tools.add(times(call.getValue(), rate));
        }
        return new Charge(
                Usd.normalised(rates.costOfAll(usage).add(tools)), rates, variants.period);
    }

    /**
     * The cost of a call.
     *
     * @param usd tokens and tools together, exact
     * @param rates the rates of the tokens, without thresholds
     * @param period name of the period with these rates; null for the usual rates
     */
    public record Charge(BigDecimal usd, Price rates, @Nullable String period) {}

    /**
     * Returns the reported features that this price does not cover: {@code service_tier}, or names
     * of tools. The actual cost of the call is higher or lower than {@link #chargeOf} computes.
     */
    public List<String> unpriced(ServiceUse service) {
        return Stream.concat(
                        tier(service.tier()).isEmpty() && !isEcho(service.tier())
                                ? Stream.of("service_tier " + service.tier())
                                : Stream.empty(),
                        service.toolCalls().keySet().stream()
                                .filter(it -> !perCall.containsKey(it))
                                .sorted())
                .toList();
    }

    /** Returns true if an answer repeats the request's tier where tiers make no difference. */
    private boolean isEcho(@Nullable String tier) {
        return tiers().isEmpty() && ServiceTier.ANY.equals(tier);
    }

    /**
     * Returns the price of a service tier, named as in {@link ServiceTier}; this price for the
     * standard tier, empty for a tier without a price.
     *
     * <p>A tier without rates for long inputs gets the rates of the standard tier for them, if
     * these are higher.
     */
    public Optional<Price> tier(@Nullable String name) {
        return ServiceTier.isStandard(name)
                ? Optional.of(this)
                : ServiceTier.find(tiers(), name).map(this::withLongContextOf);
    }

    private Price withLongContextOf(Price tier) {
        if (!tier.above.isEmpty() || above.isEmpty()) {
            return tier;
        }
        var dearer =
                above.stream()
                        .map(
                                it ->
                                        new LongContext(
                                                it.inputTokens,
                                                it.input.max(tier.input),
                                                it.cachedInput.max(tier.cachedInput),
                                                it.cacheWrite.max(tier.cacheWrite),
                                                it.cacheWriteHour.max(tier.cacheWriteHour),
                                                it.output.max(tier.output)))
                        .toList();
        return new Price(
                tier.input,
                tier.cachedInput,
                tier.cacheWrite,
                tier.cacheWriteHour,
                tier.output,
                dearer,
                Map.of(),
                Map.of(),
                Optional.empty());
    }

    /** Returns the price of all tiers that is the highest in the given order. */
    private Price dearest(Comparator<Price> order) {
        return Stream.concat(
                        Stream.of(this), tiers().keySet().stream().flatMap(it -> tier(it).stream()))
                .max(order)
                .orElseThrow();
    }

    /**
     * Returns the highest cost of a call in US dollars at the standard tier, unrounded. Considers
     * the usual and the long-context rates, because the call can have fewer tokens.
     *
     * @param inputTokens maximum input tokens, each of which can be cached or not
     * @param outputTokens maximum output tokens
     */
    public BigDecimal highestCostOf(long inputTokens, long outputTokens) {
        return above.stream()
                .filter(it -> inputTokens > it.inputTokens)
                .map(it -> it.rates().atHighestRate(inputTokens, outputTokens))
                .reduce(atHighestRate(inputTokens, outputTokens), BigDecimal::max);
    }

    /**
     * Like {@link #highestCostOf(long, long)} at the tier that a request names, at the most
     * expensive hours.
     *
     * @param tier as the request names it: {@link ServiceTier#ANY} and a tier without a price can
     *     cost as much as the most expensive tier
     */
    public BigDecimal highestCostOf(long inputTokens, long outputTokens, @Nullable String tier) {
        Comparator<Price> byCost =
                Comparator.comparing(it -> it.highestCostOf(inputTokens, outputTokens));
        return atAllHours()
                .map(it -> it.tier(tier).orElseGet(() -> it.dearest(byCost)))
                .map(it -> it.highestCostOf(inputTokens, outputTokens))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private BigDecimal atHighestRate(long inputTokens, long outputTokens) {
        return times(inputTokens, highestRate())
                .add(times(outputTokens, output))
                .scaleByPowerOfTen(PER_MILLION);
    }

    private BigDecimal highestRate() {
        return input.max(cachedInput).max(cacheWrite).max(cacheWriteHour);
    }

    /**
     * Returns the rates of the standard tier for a call with the given number of input tokens,
     * without thresholds and tiers.
     */
    public Price ratesFor(long inputTokens) {
        return above.stream()
                .filter(it -> inputTokens > it.inputTokens)
                .reduce((lower, higher) -> higher)
                .map(LongContext::rates)
                .orElseGet(
                        () ->
                                new Price(
                                        input,
                                        cachedInput,
                                        cacheWrite,
                                        cacheWriteHour,
                                        output,
                                        Optional.empty()));
    }

    private static BigDecimal times(long count, BigDecimal rate) {
        return rate.multiply(BigDecimal.valueOf(count));
    }

    private static BigDecimal rate(String key, BigDecimal rate) {
        require(
                rate.signum() >= 0 && rate.compareTo(MAX_RATE) <= 0,
                key,
                "must be 0 to 1000000 US dollars per million tokens");
        return Usd.normalised(rate);
    }

    private static List<LongContext> ascending(List<LongContext> above) {
        var thresholds = new TreeMap<Long, LongContext>();
        above.forEach(it -> thresholds.put(it.inputTokens, it));
        require(
                thresholds.size() == above.size(),
                "above",
                "must have each threshold of input_tokens once");
        return List.copyOf(thresholds.values());
    }

    private static Map<String, BigDecimal> callRates(Map<String, BigDecimal> given) {
        var rates = new LinkedHashMap<String, BigDecimal>();
        new TreeMap<>(given)
                .forEach(
                        (tool, rate) -> {
                            require(
                                    rate.signum() >= 0 && rate.compareTo(MAX_RATE) <= 0,
                                    "per_call",
                                    "must be 0 to 1000000 US dollars a call");
                            rates.put(tool, Usd.normalised(rate));
                        });
        return Collections.unmodifiableMap(rates);
    }
}
