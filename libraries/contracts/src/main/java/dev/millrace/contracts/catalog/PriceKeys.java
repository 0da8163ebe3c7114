package dev.millrace.contracts.catalog;

import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.PriceHours;
import dev.millrace.contracts.money.PriceSource;
import dev.millrace.contracts.money.WeeklyTime;
import dev.millrace.yaml.binding.Key;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A price as written in a file. An omitted cache rate defaults to the input rate, and the one-hour
 * cache-write rate to the cache-write rate.
 */
record PriceKeys(
        BigDecimal input,
        Optional<BigDecimal> cachedInput,
        Optional<BigDecimal> cacheWrite,
        @Key("cache_write_1h") Optional<BigDecimal> cacheWriteHour,
        BigDecimal output,
        Optional<Price.LongContext> above,
        List<Price.LongContext> furtherAbove,
        Map<String, Tier> tiers,
        Optional<PriceHours> hours,
        Map<String, BigDecimal> perCall,
        Optional<String> source,
        Optional<LocalDate> asOf,
        Optional<LocalDate> until) {
    PriceKeys {
        require(
                source.isPresent() == asOf.isPresent(),
                "as_of",
                "must be the day on which the source stated the price, such as 2026-11-20, and"
                        + " needs a source");
        require(source.isPresent() || until.isEmpty(), "until", "needs a source");
    }

    Price toPrice() {
        var prices = new LinkedHashMap<String, Price>();
        tiers.forEach((name, tier) -> prices.put(name, tier.toPrice()));
        BigDecimal write = cacheWrite.orElse(input);
        return new Price(
                input,
                cachedInput.orElse(input),
                write,
                cacheWriteHour.orElse(write),
                output,
                Stream.concat(above.stream(), furtherAbove.stream()).toList(),
                new Price.Variants(prices, hours, null),
                perCall,
                source.map(it -> new PriceSource(it, asOf.orElseThrow(), until)));
    }

    /** The price of a service tier as written in a file. */
    record Tier(
            BigDecimal input,
            Optional<BigDecimal> cachedInput,
            Optional<BigDecimal> cacheWrite,
            @Key("cache_write_1h") Optional<BigDecimal> cacheWriteHour,
            BigDecimal output,
            Optional<Price.LongContext> above,
            List<Price.LongContext> furtherAbove) {
        Price toPrice() {
            return new PriceKeys(
                            input,
                            cachedInput,
                            cacheWrite,
                            cacheWriteHour,
                            output,
                            above,
                            furtherAbove,
                            Map.of(),
                            Optional.empty(),
                            Map.of(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty())
                    .toPrice();
        }
    }

    /** The price in a period as written in a file. */
    record Period(
            List<WeeklyTime> times,
            BigDecimal input,
            Optional<BigDecimal> cachedInput,
            Optional<BigDecimal> cacheWrite,
            @Key("cache_write_1h") Optional<BigDecimal> cacheWriteHour,
            BigDecimal output,
            Optional<Price.LongContext> above) {
        PriceHours.Period toPeriod() {
            var rates =
                    new Tier(
                            input,
                            cachedInput,
                            cacheWrite,
                            cacheWriteHour,
                            output,
                            above,
                            List.of());
            return new PriceHours.Period(times, rates.toPrice());
        }
    }

    /** The rates of long inputs as written in a file. */
    record Above(
            long inputTokens,
            BigDecimal input,
            Optional<BigDecimal> cachedInput,
            Optional<BigDecimal> cacheWrite,
            @Key("cache_write_1h") Optional<BigDecimal> cacheWriteHour,
            BigDecimal output) {
        Price.LongContext toLongContext() {
            BigDecimal write = cacheWrite.orElse(input);
            return new Price.LongContext(
                    inputTokens,
                    input,
                    cachedInput.orElse(input),
                    write,
                    cacheWriteHour.orElse(write),
                    output);
        }
    }
}
