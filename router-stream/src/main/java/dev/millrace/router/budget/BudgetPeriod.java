package dev.millrace.router.budget;

import dev.millrace.contracts.budget.Period;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One period of a budget.
 *
 * @param start first instant of the period; empty if the budget is never reset
 * @param end first instant after the period; null if the budget is never reset
 */
record BudgetPeriod(Optional<Instant> start, @Nullable Instant end) {
    private static final BudgetPeriod TOTAL = new BudgetPeriod(Optional.empty(), null);

    /** Returns the period that contains an instant; periods begin by the clock of the time zone. */
    static BudgetPeriod at(Instant now, Period period, ZoneId zone) {
        LocalDate day = LocalDate.ofInstant(now, zone);
        return switch (period) {
            case HOUR -> hour(now.atZone(zone));
            case DAY -> days(day, day.plusDays(1), zone);
            case WEEK -> {
                LocalDate monday = day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
                yield days(monday, monday.plusWeeks(1), zone);
            }
            case MONTH -> {
                LocalDate first = day.withDayOfMonth(1);
                yield days(first, first.plusMonths(1), zone);
            }
            case TOTAL -> TOTAL;
        };
    }

    private static BudgetPeriod hour(ZonedDateTime now) {
        ZonedDateTime start = now.truncatedTo(ChronoUnit.HOURS);
        return new BudgetPeriod(Optional.of(start.toInstant()), start.plusHours(1).toInstant());
    }

    private static BudgetPeriod days(LocalDate first, LocalDate next, ZoneId zone) {
        return new BudgetPeriod(
                Optional.of(first.atStartOfDay(zone).toInstant()),
                next.atStartOfDay(zone).toInstant());
    }
}
