package dev.millrace.contracts.catalog;

import dev.millrace.contracts.money.Price;
import dev.millrace.reader.binding.Key;
import java.math.BigDecimal;
import java.util.Optional;

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
        Optional<Price.LongContext> above) {
    Price toPrice() {
        BigDecimal write = cacheWrite.orElse(input);
        return new Price(
                input,
                cachedInput.orElse(input),
                write,
                cacheWriteHour.orElse(write),
                output,
                above);
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
