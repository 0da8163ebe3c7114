package dev.millrace.contracts.catalog;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.PriceHours;
import dev.millrace.contracts.money.WeeklyTime;
import dev.millrace.yaml.binding.Conversions;
import dev.millrace.yaml.problem.Violation;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;

/** The conversions needed to read models from a file. */
public final class CatalogConversions {
    private CatalogConversions() {}

    /** Registers how prices and urls are read. */
    public static Conversions addTo(Conversions conversions) {
        return conversions
                .text(Endpoint.class, CatalogConversions::endpoint)
                .text(LocalDate.class, CatalogConversions::date)
                .text(WeeklyTime.class, WeeklyTime::parse)
                .form(Price.class, PriceKeys.class, PriceKeys::toPrice)
                .form(PriceHours.Period.class, PriceKeys.Period.class, PriceKeys.Period::toPeriod)
                .form(
                        Price.LongContext.class,
                        PriceKeys.Above.class,
                        PriceKeys.Above::toLongContext);
    }

    private static LocalDate date(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new Violation("as_of", "must be a day such as 2026-11-20");
        }
    }

    private static Endpoint endpoint(String url) {
        return Endpoints.known()
                .of(url)
                .orElseThrow(
                        () ->
                                new Violation(
                                        "urls", "must be one of " + Endpoints.known().allUrls()));
    }
}
