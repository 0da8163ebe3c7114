package dev.millrace.contracts.money;

import static dev.millrace.yaml.problem.Violation.require;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The hours in which a price has other rates, by the provider's clock and calendar.
 *
 * @param zone time zone of the periods and holidays
 * @param bookedAt the moment of a call that decides its rates
 * @param holidays days on which no period applies
 * @param periods periods by name; the first that applies decides
 */
public record PriceHours(
        ZoneId zone, BookedAt bookedAt, Set<LocalDate> holidays, Map<String, Period> periods) {
    /** The values of missing keys. */
    public static final PriceHours DEFAULT =
            new PriceHours(ZoneOffset.UTC, BookedAt.START, Set.of(), Map.of());

    /** In a longer time, each period is taken to apply once. */
    private static final Duration WEEK = Duration.ofDays(7);

    /** The moment of a call by which its provider books it. */
    public enum BookedAt {
        START,
        END
    }

    /**
     * A part of the week.
     *
     * @param price the rates of the standard tier; other tiers cost the same at all times
     */
    public record Period(List<WeeklyTime> times, Price price) {
        public Period {
            require(!times.isEmpty(), "times", "must not be empty");
            require(price.hours().isEmpty(), "hours", "must not be nested");
            times = List.copyOf(times);
        }
    }

    public PriceHours {
        holidays = Collections.unmodifiableSet(new TreeSet<>(holidays));
        periods = Collections.unmodifiableMap(new LinkedHashMap<>(periods));
    }

    /** Returns a copy of these hours without the other periods. */
    PriceHours only(Set<Optional<String>> names) {
        var left = new LinkedHashMap<>(periods);
        left.keySet().removeIf(it -> !names.contains(Optional.of(it)));
        return new PriceHours(zone, bookedAt, holidays, left);
    }

    /** Returns a copy of these hours with other prices. */
    PriceHours with(BiFunction<String, Price, Price> prices) {
        var changed = new LinkedHashMap<>(periods);
        changed.replaceAll((name, it) -> new Period(it.times(), prices.apply(name, it.price())));
        return new PriceHours(zone, bookedAt, holidays, changed);
    }

    /** Returns the name of the period whose rates a call has; empty for the usual rates. */
    Optional<String> periodOf(Instant start, Instant end) {
        return periodAt(bookedAt == BookedAt.START ? start : end);
    }

    private Optional<String> periodAt(Instant moment) {
        var local = LocalDateTime.ofInstant(moment, zone);
        return holidays.contains(local.toLocalDate())
                ? Optional.empty()
                : periods.entrySet().stream()
                        .filter(
                                it ->
                                        it.getValue().times().stream()
                                                .anyMatch(t -> t.contains(local)))
                        .map(Map.Entry::getKey)
                        .findFirst();
    }

    /**
     * Returns the names of the periods that apply between two moments, both included; empty stands
     * for the usual rates.
     */
    Set<Optional<String>> periodsBetween(Instant from, Instant until) {
        var names = new LinkedHashSet<Optional<String>>();
        if (Duration.between(from, until).compareTo(WEEK) < 0) {
            changes(from, until).forEach(it -> names.add(periodAt(it)));
            return names;
        }
        names.add(Optional.empty());
        periods.keySet().forEach(it -> names.add(Optional.of(it)));
        return names;
    }

    /**
     * Returns the first of two moments, or the earliest one between them at which a call costs
     * less; looks a week ahead at most.
     *
     * @param costs returns the cost in a period; empty stands for the usual rates
     */
    Instant cheapest(Instant from, Instant until, Function<Optional<String>, BigDecimal> costs) {
        Instant last = until.isBefore(from.plus(WEEK)) ? until : from.plus(WEEK);
        if (!last.isAfter(from)) {
            return from;
        }
        Map<Optional<String>, BigDecimal> known = new HashMap<>();
        return changes(from, last).stream()
                .min(
                        Comparator.<Instant, BigDecimal>comparing(
                                        it -> known.computeIfAbsent(periodAt(it), costs))
                                .thenComparing(Comparator.naturalOrder()))
                .orElse(from);
    }

    /**
     * Returns the first moment, and a superset of the moments up to the last at which rates change.
     */
    private List<Instant> changes(Instant from, Instant until) {
        ZoneRules rules = zone.getRules();
        List<Instant> moments = new ArrayList<>(List.of(from));
        Set<ZoneOffset> offsets = new HashSet<>(Set.of(rules.getOffset(from)));
        for (var next = rules.nextTransition(from);
                next != null && !next.getInstant().isAfter(until);
                next = rules.nextTransition(next.getInstant())) {
            moments.add(next.getInstant());
            offsets.add(next.getOffsetAfter());
        }
        Set<LocalTime> times = new HashSet<>(Set.of(LocalTime.MIDNIGHT));
        periods.values().stream()
                .flatMap(it -> it.times().stream())
                .forEach(it -> times.addAll(List.of(it.from(), it.to())));
        for (ZoneOffset offset : offsets) {
            LocalDate last = LocalDate.ofInstant(until, offset);
            for (var day = LocalDate.ofInstant(from, offset);
                    !day.isAfter(last);
                    day = day.plusDays(1)) {
                for (LocalTime time : times) {
                    Instant moment = day.atTime(time).toInstant(offset);
                    if (moment.isAfter(from) && !moment.isAfter(until)) {
                        moments.add(moment);
                    }
                }
            }
        }
        return moments;
    }
}
