package dev.millrace.standalone.catalog;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The differences between the prices of a catalog and of a price list. Models are matched by
 * provider and the provider's name of the model.
 *
 * @param lines the output, one line for each rate
 * @param compared number of models in both
 */
record PriceDifferences(List<String> lines, int compared) {
    PriceDifferences {
        lines = List.copyOf(lines);
    }

    /** Compares the models of a catalog with the models of a list. */
    static PriceDifferences of(Catalog catalog, Collection<Model> listed) {
        Map<String, Model> byUpstream = new LinkedHashMap<>();
        listed.forEach(model -> byUpstream.putIfAbsent(key(model), model));
        List<String> lines = new ArrayList<>();
        int compared = 0;
        for (Model model : catalog.models()) {
            Model other = byUpstream.get(key(model));
            if (other != null) {
                compared++;
                lines.addAll(lines(model.name(), rates(model.price()), rates(other.price())));
            }
        }
        return new PriceDifferences(lines, compared);
    }

    private static String key(Model model) {
        return model.provider() + "\n" + model.upstreamModel();
    }

    private static boolean isEqual(@Nullable BigDecimal ours, @Nullable BigDecimal theirs) {
        if (ours == null || theirs == null) {
            return ours == null && theirs == null;
        }
        return ours.compareTo(theirs) == 0;
    }

    private static List<String> lines(
            String model, Map<String, BigDecimal> ours, Map<String, BigDecimal> theirs) {
        var keys = new TreeSet<>(ours.keySet());
        keys.addAll(theirs.keySet());
        return keys.stream()
                .filter(it -> !isEqual(ours.get(it), theirs.get(it)))
                .map(
                        it ->
                                model
                                        + " "
                                        + it
                                        + ": "
                                        + text(ours.get(it))
                                        + " here, "
                                        + text(theirs.get(it))
                                        + " in the list")
                .toList();
    }

    private static String text(@Nullable BigDecimal rate) {
        return rate == null ? "none" : Usd.text(rate);
    }

    private static Map<String, BigDecimal> rates(Price price) {
        Map<String, BigDecimal> rates = new LinkedHashMap<>();
        addRates(rates, "", price);
        price.tiers().forEach((name, tier) -> addRates(rates, "tiers." + name + ".", tier));
        price.hours()
                .ifPresent(
                        hours ->
                                hours.periods()
                                        .forEach(
                                                (name, it) ->
                                                        addRates(
                                                                rates,
                                                                "hours." + name + ".",
                                                                it.price())));
        price.perCall().forEach((tool, usd) -> rates.put("per_call." + tool, usd));
        return rates;
    }

    private static void addRates(Map<String, BigDecimal> rates, String path, Price price) {
        rates.put(path + "input", price.input());
        rates.put(path + "cached_input", price.cachedInput());
        rates.put(path + "cache_write", price.cacheWrite());
        rates.put(path + "cache_write_1h", price.cacheWriteHour());
        rates.put(path + "output", price.output());
        for (Price.LongContext above : price.above()) {
            String at = path + "above " + above.inputTokens() + " ";
            rates.put(at + "input", above.input());
            rates.put(at + "cached_input", above.cachedInput());
            rates.put(at + "cache_write", above.cacheWrite());
            rates.put(at + "cache_write_1h", above.cacheWriteHour());
            rates.put(at + "output", above.output());
        }
    }
}
