package dev.millrace.contracts.catalog;

import dev.millrace.contracts.money.Price;
import java.math.BigDecimal;
import java.util.Optional;

/** A price as a file spells it: what it says nothing about costs as much as any input. */
record PriceKeys(
        BigDecimal input,
        Optional<BigDecimal> cachedInput,
        Optional<BigDecimal> cacheWrite,
        BigDecimal output,
        Optional<Price.LongContext> above) {
    Price toPrice() {
        return new Price(input, cachedInput.orElse(input), cacheWrite.orElse(input), output, above);
    }

    /** The rates of long inputs as a file spells them. */
    record Above(
            long inputTokens,
            BigDecimal input,
            Optional<BigDecimal> cachedInput,
            Optional<BigDecimal> cacheWrite,
            BigDecimal output) {
        Price.LongContext toLongContext() {
            return new Price.LongContext(
                    inputTokens,
                    input,
                    cachedInput.orElse(input),
                    cacheWrite.orElse(input),
                    output);
        }
    }
}
