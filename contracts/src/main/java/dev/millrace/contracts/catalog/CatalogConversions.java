package dev.millrace.contracts.catalog;

import dev.millrace.contracts.money.Price;
import dev.millrace.reader.binding.Conversions;

/** The conversions needed to read models from a file. */
public final class CatalogConversions {
    private CatalogConversions() {}

    /** Registers how prices are read. */
    public static Conversions addTo(Conversions conversions) {
        return conversions
                .form(Price.class, PriceKeys.class, PriceKeys::toPrice)
                .form(
                        Price.LongContext.class,
                        PriceKeys.Above.class,
                        PriceKeys.Above::toLongContext);
    }
}
