package dev.millrace.pricelist;

import dev.millrace.contracts.money.WeeklyTime;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Reads the times of LiteLLM's {@code off_peak_pricing}: windows in UTC, on days of the week of
 * another zone if {@code weekday_timezone} names one.
 *
 * @param zone zone of the days, in which the times are given
 * @see <a href="https://docs.litellm.ai/docs/proxy/off_peak_pricing">its documentation</a>
 */
record OffPeakTimes(ZoneOffset zone, List<WeeklyTime> times) {
    private static final int SHORTEST_DAY = 3;

    /** Returns the times; empty if a part of them could not be interpreted. */
    static Optional<OffPeakTimes> read(JsonNode block) {
        try {
            ZoneOffset zone = zone(block.path("weekday_timezone").asString("UTC"));
            List<WeeklyTime> times = new ArrayList<>();
            add(times, block.path("hours_utc"), List.of(), zone);
            for (JsonNode window : block.path("windows")) {
                var days = window.path("weekdays").valueStream().map(OffPeakTimes::day).toList();
                add(times, window.path("hours_utc"), days, zone);
            }
            return times.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new OffPeakTimes(zone, List.copyOf(times)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Returns the offset of a zone without summer time. */
    private static ZoneOffset zone(String name) {
        ZoneRules rules = ZoneId.of(name).getRules();
        if (!rules.getTransitionRules().isEmpty()) {
            throw new DateTimeException("times in UTC change with the summer time of " + name);
        }
        return rules.getOffset(Instant.MAX);
    }

    private static DayOfWeek day(JsonNode day) {
        if (day.isIntegralNumber()) {
            return DayOfWeek.of(day.intValue());
        }
        String name = day.asString("").toUpperCase(Locale.ROOT);
        return Stream.of(DayOfWeek.values())
                .filter(it -> name.length() >= SHORTEST_DAY && it.name().startsWith(name))
                .findFirst()
                .orElseThrow(() -> new DateTimeException("no day: " + day));
    }

    private static void add(
            List<WeeklyTime> times, JsonNode windows, List<DayOfWeek> days, ZoneOffset zone) {
        Stream<JsonNode> texts = windows.isArray() ? windows.valueStream() : Stream.of(windows);
        for (String text : texts.map(it -> it.asString("")).filter(it -> !it.isBlank()).toList()) {
            String[] ends = text.split("-", 2);
            if (ends.length < 2) {
                throw new DateTimeException("no window: " + text);
            }
            add(times, days, local(ends[0], zone), local(ends[1], zone));
        }
    }

    private static LocalTime local(String utc, ZoneOffset zone) {
        return LocalTime.parse(utc.strip()).plusSeconds(zone.getTotalSeconds());
    }

    /** Adds a window, which ends on the next day if it does not end after its start. */
    private static void add(
            List<WeeklyTime> times, List<DayOfWeek> days, LocalTime from, LocalTime to) {
        if (!to.equals(LocalTime.MIDNIGHT) && !from.isBefore(to)) {
            add(times, days, from, LocalTime.MIDNIGHT);
            add(times, days, LocalTime.MIDNIGHT, to);
        } else if (days.isEmpty()) {
            times.add(new WeeklyTime(DayOfWeek.MONDAY, DayOfWeek.SUNDAY, from, to));
        } else {
            days.forEach(it -> times.add(new WeeklyTime(it, it, from, to)));
        }
    }
}
