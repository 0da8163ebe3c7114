package dev.millrace.contracts.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.money.PriceHours.BookedAt;
import dev.millrace.contracts.money.PriceHours.Period;
import dev.millrace.yaml.problem.Violation;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PriceHoursTest {
    private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final TokenUsage MILLION = TokenUsage.of(1_000_000, 0);

    /** The hours of DeepSeek in 2026: 0.30 USD in peak hours, 0.15 USD at other times. */
    private static final Price WORKDAYS =
            Price.of("0.15", "0.60")
                    .withHours(
                            hours(
                                    SHANGHAI,
                                    BookedAt.END,
                                    Map.of(
                                            "peak",
                                            period(
                                                    "0.30",
                                                    "mon-fri 09:00-12:00",
                                                    "mon-fri 14:00-18:00"))));

    private static PriceHours hours(ZoneId zone, BookedAt at, Map<String, Period> periods) {
        return new PriceHours(zone, at, Set.of(LocalDate.of(2026, 10, 1)), periods);
    }

    private static Period period(String input, String... times) {
        return new Period(
                List.of(times).stream().map(WeeklyTime::parse).toList(), Price.of(input, "1"));
    }

    private static Price inBerlin(String times) {
        return Price.of("1", "1")
                .withHours(hours(BERLIN, BookedAt.START, Map.of("night", period("2", times))));
    }

    private static BigDecimal usdAt(Price price, String time) {
        Instant moment = Instant.parse(time);
        return price.at(moment, moment).costOf(MILLION);
    }

    @Nested
    class CheapestStart {
        @ParameterizedTest
        @CsvSource({
            // In peak hours, the next off-peak moment that is not too late; else at once.
            "2026-11-30T01:00:00Z, 2026-11-30T23:00:00Z, 2026-11-30T04:00:00Z",
            "2026-11-30T01:00:00Z, 2026-11-30T04:00:00Z, 2026-11-30T04:00:00Z",
            "2026-11-30T01:00:00Z, 2026-11-30T03:59:59Z, 2026-11-30T01:00:00Z",
            "2026-11-30T06:00:00Z, 2027-11-30T00:00:00Z, 2026-11-30T10:00:00Z",
            // Nothing is cheaper than an off-peak moment.
            "2026-11-30T05:00:00Z, 2026-11-30T23:00:00Z, 2026-11-30T05:00:00Z",
            // The end can lie before the start.
            "2026-11-30T01:00:00Z, 2026-11-29T01:00:00Z, 2026-11-30T01:00:00Z",
        })
        void isTheFirstMomentWithTheLowestCost(Instant from, Instant until, Instant start) {
            assertThat(WORKDAYS.cheapestStart(MILLION, from, until)).isEqualTo(start);
        }
    }

    @Property(tries = 20)
    void noMomentOfTheNextWeekCostsLess(
            @ForAll @IntRange(max = 14 * 24 * 60) int minutes,
            @ForAll @IntRange(max = 7 * 24 * 60) int window) {
        Instant from = Instant.parse("2026-11-30T00:00:00Z").plus(Duration.ofMinutes(minutes));
        Instant until = from.plus(Duration.ofMinutes(window));

        Instant start = WORKDAYS.cheapestStart(MILLION, from, until);

        BigDecimal usd = WORKDAYS.at(start, start).costOf(MILLION);
        assertThat(start).isBetween(from, until);
        assertThat(
                        LongStream.rangeClosed(0, window)
                                .mapToObj(it -> from.plus(Duration.ofMinutes(it)))
                                .filter(
                                        it -> {
                                            int order =
                                                    WORKDAYS.at(it, it)
                                                            .costOf(MILLION)
                                                            .compareTo(usd);
                                            return order < 0 || (order == 0 && it.isBefore(start));
                                        }))
                .isEmpty();
    }

    @Nested
    class AtAMoment {
        @ParameterizedTest
        @CsvSource({
            "2026-11-30T01:00:00Z, 0.30",
            "2026-11-30T00:59:59.999Z, 0.15",
            "2026-11-30T03:59:59.999Z, 0.30",
            "2026-11-30T04:00:00Z, 0.15",
            "2026-11-30T06:00:00Z, 0.30",
            "2026-11-30T10:00:00Z, 0.15",
            "2026-11-28T02:00:00Z, 0.15",
            "2026-11-29T07:00:00Z, 0.15",
            "2026-10-01T02:00:00Z, 0.15",
            "2026-09-30T02:00:00Z, 0.30",
        })
        void hasTheRatesOfTheProvidersClockAndCalendar(String time, BigDecimal usd) {
            assertThat(usdAt(WORKDAYS, time)).isEqualByComparingTo(usd);
        }

        @Test
        void peakIs35Of168Hours() {
            Instant monday = Instant.parse("2026-11-23T00:00:00Z");

            long hours =
                    LongStream.range(0, 168)
                            .mapToObj(it -> monday.plus(Duration.ofHours(it)))
                            .filter(it -> usdAt(WORKDAYS, it.toString()).compareTo(usd("0.3")) == 0)
                            .count();

            assertThat(hours).isEqualTo(35);
        }

        @ParameterizedTest
        @CsvSource({
            "2026-11-27T16:00:00Z, 1", // Saturday in Shanghai, Friday in UTC
            "2026-11-29T16:00:00Z, 2", // Monday in Shanghai, Sunday in UTC
        })
        void dayIsThatOfTheZone(String time, BigDecimal usd) {
            Price price =
                    Price.of("1", "1")
                            .withHours(
                                    hours(
                                            SHANGHAI,
                                            BookedAt.START,
                                            Map.of("p", period("2", "mon-fri 00:00-01:00"))));

            assertThat(usdAt(price, time)).isEqualByComparingTo(usd);
        }

        @ParameterizedTest
        @CsvSource({
            "2027-03-28T00:59:59Z, 1", // 01:59:59
            "2027-03-28T01:00:00Z, 1", // 03:00: the hour from 02:00 does not exist
            "2026-10-25T00:00:00Z, 2", // 02:00 in summer time
            "2026-10-25T01:59:59Z, 2", // 02:59:59 in winter time
            "2026-10-25T02:00:00Z, 1",
        })
        void hourOfAClockChangeIsSkippedOrLastsTwoHours(String time, BigDecimal usd) {
            assertThat(usdAt(inBerlin("sun 02:00-03:00"), time)).isEqualByComparingTo(usd);
        }

        @Test
        void midnightEndsADay() {
            Price price = inBerlin("sat 22:00-00:00");

            assertThat(usdAt(price, "2026-11-28T22:59:59Z")).isEqualByComparingTo("2");
            assertThat(usdAt(price, "2026-11-28T23:00:00Z")).isEqualByComparingTo("1");
        }

        @Test
        void bookingDecidesBetweenTheStartAndTheEndOfACall() {
            Instant start = Instant.parse("2026-11-30T03:59:00Z");
            Instant end = Instant.parse("2026-11-30T04:01:00Z");
            PriceHours hours = WORKDAYS.hours().orElseThrow();
            Price byStart = WORKDAYS.withHours(hours(SHANGHAI, BookedAt.START, hours.periods()));

            assertThat(WORKDAYS.at(start, end).costOf(MILLION)).isEqualByComparingTo("0.15");
            assertThat(byStart.at(start, end).costOf(MILLION)).isEqualByComparingTo("0.30");
        }

        @Test
        void firstPeriodThatAppliesDecides() {
            var periods = new LinkedHashMap<String, Period>();
            periods.put("sunday", period("3", "sun 00:00-00:00"));
            periods.put("night", period("2", "00:00-06:00"));
            Price price = Price.of("1", "1").withHours(hours(BERLIN, BookedAt.START, periods));

            assertThat(usdAt(price, "2026-11-29T01:00:00Z")).isEqualByComparingTo("3");
            assertThat(usdAt(price, "2026-11-30T01:00:00Z")).isEqualByComparingTo("2");
        }
    }

    @Nested
    class ACharge {
        private final Instant peak = Instant.parse("2026-11-30T02:00:00Z");
        private final Instant night = Instant.parse("2026-11-30T20:00:00Z");

        @Test
        void namesThePeriod() {
            assertThat(WORKDAYS.at(peak, peak).chargeOf(MILLION, ServiceUse.NONE).period())
                    .isEqualTo("peak");
            assertThat(WORKDAYS.at(night, night).chargeOf(MILLION, ServiceUse.NONE).period())
                    .isNull();
        }

        @Test
        void ofUnknownHoursIsTheHighest() {
            Price.Charge charge = WORKDAYS.chargeOf(MILLION, ServiceUse.NONE);

            assertThat(charge.usd()).isEqualByComparingTo("0.30");
            assertThat(charge.period()).isEqualTo("peak");
        }

        @Test
        void hasTheUsualPricesOfOtherTiersAndTools() {
            Price price =
                    new Price(
                                    BigDecimal.ONE,
                                    BigDecimal.ONE,
                                    BigDecimal.ONE,
                                    BigDecimal.ONE,
                                    BigDecimal.ONE,
                                    List.of(),
                                    Map.of("flex", Price.of("0.5", "1")),
                                    Map.of("web_search", usd("0.01")),
                                    Optional.empty())
                            .withHours(WORKDAYS.hours().orElseThrow())
                            .at(peak, peak);

            var charge = price.chargeOf(MILLION, new ServiceUse("flex", Map.of("web_search", 1L)));

            assertThat(charge.usd()).isEqualByComparingTo("0.51");
        }
    }

    @Nested
    class UntilADeadline {
        private BigDecimal highest(String from, String until) {
            return WORKDAYS.within(Instant.parse(from), Instant.parse(until))
                    .highestCostOf(1_000_000, 0, null);
        }

        @ParameterizedTest
        @CsvSource({
            "2026-11-30T10:00:00Z, 2026-12-01T00:59:59Z, 0.15",
            "2026-11-30T10:00:00Z, 2026-12-01T01:00:00Z, 0.30",
            "2026-11-27T10:00:00Z, 2026-11-30T00:59:59Z, 0.15",
            "2026-11-30T02:00:00Z, 2026-11-30T03:00:00Z, 0.30",
            "2026-11-30T10:00:00Z, 2027-11-30T10:00:00Z, 0.30",
            "2026-11-30T10:00:00Z, 2026-11-01T10:00:00Z, 0.15",
            "2026-11-30T10:00:00Z, +1000000000-12-31T23:59:59Z, 0.30",
        })
        void onlyTheHoursBeforeItCount(String from, String until, BigDecimal usd) {
            assertThat(highest(from, until)).isEqualByComparingTo(usd);
        }

        @Test
        void withoutOneAllHoursCount() {
            Price all = WORKDAYS.within(Instant.parse("2026-11-30T10:00:00Z"), null);

            assertThat(all.highestCostOf(1_000_000, 0, null)).isEqualByComparingTo("0.30");
        }

        @Test
        void usualRatesDoNotCountIfAPeriodLastsUntilThen() {
            Price discount =
                    Price.of("2", "1")
                            .withHours(
                                    hours(
                                            BERLIN,
                                            BookedAt.START,
                                            Map.of("night", period("1", "00:00-06:00"))));

            assertThat(
                            discount.within(
                                            Instant.parse("2026-11-30T00:00:00Z"),
                                            Instant.parse("2026-11-30T04:59:59Z"))
                                    .highestCostOf(1_000_000, 0, null))
                    .isEqualByComparingTo("1");
        }
    }

    @Provide
    Arbitrary<WeeklyTime> times() {
        Arbitrary<DayOfWeek> days = Arbitraries.of(DayOfWeek.class);
        Arbitrary<Integer> minutes = Arbitraries.integers().between(0, 24 * 60 - 1);
        return Combinators.combine(days, days, minutes, minutes)
                .filter((_, _, from, to) -> from < to || to == 0)
                .as((first, last, from, to) -> new WeeklyTime(first, last, time(from), time(to)));
    }

    private static LocalTime time(int minutes) {
        return LocalTime.ofSecondOfDay(minutes * 60L);
    }

    @Property
    void textOfATimeIsReadAgain(@ForAll("times") WeeklyTime time) {
        assertThat(WeeklyTime.parse(time.toString()).toString()).isEqualTo(time.toString());
    }

    /** The reference visits each minute, around clock changes of Berlin and Lord Howe (30 min). */
    @Property(tries = 200)
    void timeHasExactlyThePeriodsOfItsMinutes(
            @ForAll("times") WeeklyTime one,
            @ForAll("times") WeeklyTime other,
            @ForAll @IntRange(max = 3 * 24 * 60) int start,
            @ForAll @IntRange(max = 2 * 24 * 60) int length,
            @ForAll boolean isBerlin) {
        ZoneId zone = isBerlin ? BERLIN : ZoneId.of("Australia/Lord_Howe");
        Instant change =
                zone.getRules().nextTransition(Instant.parse("2026-09-01T00:00:00Z")).getInstant();
        Instant from = change.plus(Duration.ofMinutes(start - 2 * 24 * 60L));
        Instant until = from.plus(Duration.ofMinutes(length));
        var periods = new LinkedHashMap<String, Period>();
        periods.put("one", new Period(List.of(one), Price.of("1", "1")));
        periods.put("other", new Period(List.of(other), Price.of("2", "1")));
        Price price = Price.of("3", "1").withHours(hours(zone, BookedAt.START, periods));

        Set<BigDecimal> expected =
                LongStream.rangeClosed(0, length)
                        .mapToObj(it -> from.plus(Duration.ofMinutes(it)))
                        .map(it -> price.at(it, it).input())
                        .collect(Collectors.toSet());

        assertThat(
                        price.within(from, until)
                                .atAllHours()
                                .map(Price::input)
                                .collect(Collectors.toSet()))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "22:00-06:00",
                "09:00-09:00",
                "9:00-12:00",
                "25:00-26:00",
                "mon-fry 09:00-12:00",
                "09:00",
                "mon",
                "",
            })
    void otherTextsAreNoTimes(String text) {
        assertThatThrownBy(() -> WeeklyTime.parse(text)).isInstanceOf(Violation.class);
    }

    private static BigDecimal usd(String text) {
        return new BigDecimal(text);
    }
}
