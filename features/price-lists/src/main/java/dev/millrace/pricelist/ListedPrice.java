package dev.millrace.pricelist;

import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.PriceHours;
import dev.millrace.contracts.money.PriceHours.BookedAt;
import dev.millrace.contracts.money.PriceHours.Period;
import dev.millrace.contracts.money.PriceSource;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The rates of one entry of a price list, by service tier and by threshold of input tokens. A rate
 * missing in a tier or threshold falls back to the entry's rate.
 */
final class ListedPrice {
    /** The name of the standard tier here. */
    static final String STANDARD = "";

    /** The name of the standard tier in other hours. */
    static final String OFF_PEAK = "off_peak";

    /** Prices are per token in some lists, and per million tokens in a catalog. */
    private static final int MILLION = 6;

    /** Longer numbers are never a price. */
    private static final int MAX_DIGITS = 100;

    /** The kinds of rates. */
    enum Rate {
        INPUT,
        CACHED_INPUT,
        CACHE_WRITE,
        CACHE_WRITE_HOUR,
        OUTPUT
    }

    private final Map<String, TreeMap<Long, Map<Rate, BigDecimal>>> rates = new HashMap<>();
    private final Map<String, BigDecimal> perCall = new TreeMap<>();
    private @Nullable OffPeakTimes offPeak;

    /** Sets a rate in US dollars per million tokens. */
    void put(String tier, long threshold, Rate rate, BigDecimal usd) {
        rates.computeIfAbsent(tier, _ -> new TreeMap<>())
                .computeIfAbsent(threshold, _ -> new EnumMap<>(Rate.class))
                .put(rate, usd);
    }

    /** Sets a rate in US dollars per token. */
    void putPerToken(String tier, long threshold, Rate rate, BigDecimal usd) {
        put(tier, threshold, rate, usd.scaleByPowerOfTen(MILLION));
    }

    void putPerCall(String tool, BigDecimal usd) {
        perCall.put(tool, usd);
    }

    /** Sets the hours of the rates named {@link #OFF_PEAK}. */
    void putOffPeak(OffPeakTimes times) {
        offPeak = times;
    }

    /** Returns true if the entry has a rate of the standard tier. */
    boolean has(Rate rate) {
        return find(STANDARD, 0, rate) != null;
    }

    /** Returns the price. The entry must have an input rate. */
    Price toPrice(Optional<PriceSource> source) {
        var tiers = new HashMap<String, Price>();
        for (String tier : rates.keySet()) {
            if (!tier.equals(STANDARD) && !tier.equals(OFF_PEAK)) {
                tiers.put(tier, price(tier));
            }
        }
        Price price = price(STANDARD, tiers, perCall, source);
        return offPeak == null
                ? price
                : price.withHours(
                        new PriceHours(
                                offPeak.zone(),
                                BookedAt.END,
                                Set.of(),
                                Map.of(OFF_PEAK, new Period(offPeak.times(), price(OFF_PEAK)))));
    }

    private Price price(String tier) {
        return price(tier, Map.of(), Map.of(), Optional.empty());
    }

    private Price price(
            String tier,
            Map<String, Price> tiers,
            Map<String, BigDecimal> calls,
            Optional<PriceSource> source) {
        List<Price.LongContext> above = new ArrayList<>();
        for (long threshold : rates.getOrDefault(tier, new TreeMap<>()).keySet()) {
            if (threshold > 0) {
                above.add(
                        new Price.LongContext(
                                threshold,
                                rate(tier, threshold, Rate.INPUT),
                                rate(tier, threshold, Rate.CACHED_INPUT),
                                rate(tier, threshold, Rate.CACHE_WRITE),
                                rate(tier, threshold, Rate.CACHE_WRITE_HOUR),
                                rate(tier, threshold, Rate.OUTPUT)));
            }
        }
        return new Price(
                rate(tier, 0, Rate.INPUT),
                rate(tier, 0, Rate.CACHED_INPUT),
                rate(tier, 0, Rate.CACHE_WRITE),
                rate(tier, 0, Rate.CACHE_WRITE_HOUR),
                rate(tier, 0, Rate.OUTPUT),
                above,
                tiers,
                calls,
                source);
    }

    /** Returns a rate, or else its most specific substitute. */
    private BigDecimal rate(String tier, long threshold, Rate rate) {
        for (BigDecimal found :
                new @Nullable BigDecimal[] {
                    find(tier, threshold, rate),
                    find(tier, 0, rate),
                    find(STANDARD, threshold, rate),
                    find(STANDARD, 0, rate)
                }) {
            if (found != null) {
                return found;
            }
        }
        return switch (rate) {
            case CACHED_INPUT, CACHE_WRITE -> rate(tier, threshold, Rate.INPUT);
            case CACHE_WRITE_HOUR -> rate(tier, threshold, Rate.CACHE_WRITE);
            case INPUT, OUTPUT -> BigDecimal.ZERO;
        };
    }

    private @Nullable BigDecimal find(String tier, long threshold, Rate rate) {
        var thresholds = rates.get(tier);
        var found = thresholds == null ? null : thresholds.get(threshold);
        return found == null ? null : found.get(rate);
    }

    /**
     * Returns the exact number of a numeric or string node; empty for no number.
     *
     * @throws dev.millrace.yaml.problem.Violation if it has too many digits
     */
    static Optional<BigDecimal> number(JsonNode node) {
        if (!node.isNumber() && !node.isString()) {
            return Optional.empty();
        }
        try {
            var number = node.isNumber() ? node.decimalValue() : new BigDecimal(node.stringValue());
            require(
                    Math.abs((long) number.scale()) <= MAX_DIGITS
                            && number.precision() <= MAX_DIGITS,
                    "price",
                    "must have at most " + MAX_DIGITS + " digits");
            return Optional.of(number);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
