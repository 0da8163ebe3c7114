package dev.millrace.contracts.money;

import static dev.millrace.yaml.problem.Violation.require;

import java.time.LocalDate;
import java.util.Optional;

/**
 * The place and date of a stated price.
 *
 * @param location URL of the price list, or name of the file
 * @param date day on which the source stated the price
 * @param until last day on which the price applies, if the source announces another price
 */
public record PriceSource(String location, LocalDate date, Optional<LocalDate> until) {
    /** Providers change prices several times a year. */
    private static final int MAX_AGE_DAYS = 90;

    public PriceSource {
        require(!location.isBlank(), "source", "must be a URL or the name of a file");
    }

    /** Returns the reason why the price is possibly outdated; empty for a current price. */
    public Optional<String> staleness(LocalDate today) {
        if (until.isPresent() && today.isAfter(until.get())) {
            return Optional.of("applied until " + until.get());
        }
        return today.isAfter(date.plusDays(MAX_AGE_DAYS))
                ? Optional.of("is of " + date)
                : Optional.empty();
    }
}
