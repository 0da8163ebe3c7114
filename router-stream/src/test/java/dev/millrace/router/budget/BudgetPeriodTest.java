package dev.millrace.router.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.Period;
import dev.millrace.router.budget.BudgetAccounts.BudgetPeriod;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetPeriodTest {
    private static final ZoneId PARIS = ZoneId.of("Europe/Paris");

    @ParameterizedTest
    @CsvSource({
        "HOUR,2026-11-22T14:00:00Z,2026-11-22T15:00:00Z",
        "DAY,2026-11-21T23:00:00Z,2026-11-22T23:00:00Z",
        "WEEK,2026-11-15T23:00:00Z,2026-11-22T23:00:00Z",
        "MONTH,2026-10-31T23:00:00Z,2026-11-30T23:00:00Z"
    })
    void periodBeginsByTheClockOfItsTimeZone(Period period, Instant start, Instant end) {
        assertThat(BudgetPeriod.at(Instant.parse("2026-11-22T14:27:00Z"), period, PARIS))
                .isEqualTo(new BudgetPeriod(Optional.of(start), end));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-29T12:00:00Z,2026-03-28T23:00:00Z,2026-03-29T22:00:00Z",
        "2026-10-25T12:00:00Z,2026-10-24T22:00:00Z,2026-10-25T23:00:00Z"
    })
    void dayOfAClockChangeIsShorterOrLonger(Instant now, Instant start, Instant end) {
        assertThat(BudgetPeriod.at(now, Period.DAY, PARIS))
                .isEqualTo(new BudgetPeriod(Optional.of(start), end));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-10-25T00:30:00Z,2026-10-25T00:00:00Z",
        "2026-10-25T01:30:00Z,2026-10-25T01:00:00Z"
    })
    void repeatedHourIsTwoPeriods(Instant now, Instant start) {
        assertThat(BudgetPeriod.at(now, Period.HOUR, PARIS).start()).contains(start);
    }

    @Example
    void totalNeverEnds() {
        assertThat(BudgetPeriod.at(Instant.EPOCH, Period.TOTAL, PARIS))
                .isEqualTo(new BudgetPeriod(Optional.empty(), null));
    }

    @Property(tries = 200)
    void startOfAPeriodIsInThatPeriod(
            @ForAll Period period, @ForAll @LongRange(max = 4_000_000_000L) long seconds) {
        Instant now = Instant.ofEpochSecond(seconds);
        BudgetPeriod found = BudgetPeriod.at(now, period, PARIS);

        found.start()
                .ifPresent(
                        start -> {
                            assertThat(now).isAfterOrEqualTo(start).isBefore(found.end());
                            assertThat(BudgetPeriod.at(start, period, PARIS)).isEqualTo(found);
                        });
    }
}
