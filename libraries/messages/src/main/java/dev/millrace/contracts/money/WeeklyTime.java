package dev.millrace.contracts.money;

import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.yaml.problem.Violation;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A time of day on some days of the week, written as {@code mon-fri 09:00-12:00}.
 *
 * @param firstDay first of consecutive days; a time with {@code mon-sun} has no days in its text
 * @param from start, included
 * @param to end, excluded; midnight is the end of the day
 */
public record WeeklyTime(DayOfWeek firstDay, DayOfWeek lastDay, LocalTime from, LocalTime to) {
    private static final List<String> DAYS =
            List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
    private static final Pattern TEXT =
            Pattern.compile(
                    "(?:([a-z]{3})(?:-([a-z]{3}))? )?([0-2]\\d:[0-5]\\d)-([0-2]\\d:[0-5]\\d)");

    public WeeklyTime {
        require(
                to.equals(LocalTime.MIDNIGHT) || from.isBefore(to),
                "times",
                "must end after their start and by midnight (00:00); write two times");
    }

    /**
     * Parses a text such as {@code mon-fri 09:00-12:00}, {@code sat 22:00-00:00} or a time only.
     */
    public static WeeklyTime parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw invalid();
        }
        String first = Objects.requireNonNullElse(parts.group(1), "mon");
        String last =
                Objects.requireNonNullElse(parts.group(2), parts.group(1) == null ? "sun" : first);
        return new WeeklyTime(day(first), day(last), time(parts.group(3)), time(parts.group(4)));
    }

    private static Violation invalid() {
        return new Violation("times", "must be times such as 09:00-12:00 or mon-fri 09:00-12:00");
    }

    private static DayOfWeek day(String name) {
        if (!DAYS.contains(name)) {
            throw invalid();
        }
        return DayOfWeek.of(DAYS.indexOf(name) + 1);
    }

    private static LocalTime time(String text) {
        try {
            return LocalTime.parse(text);
        } catch (DateTimeException e) {
            throw invalid();
        }
    }

    boolean contains(LocalDateTime local) {
        LocalTime time = local.toLocalTime();
        return distance(local.getDayOfWeek()) <= distance(lastDay)
                && !time.isBefore(from)
                && (to.equals(LocalTime.MIDNIGHT) || time.isBefore(to));
    }

    /** Returns the days from the first day to the given one. */
    private int distance(DayOfWeek day) {
        return Math.floorMod(day.getValue() - firstDay.getValue(), DAYS.size());
    }

    /** Returns the text that {@link #parse} reads. */
    @Override
    public String toString() {
        String days =
                distance(lastDay) == DAYS.size() - 1
                        ? ""
                        : name(firstDay) + (firstDay == lastDay ? "" : "-" + name(lastDay)) + " ";
        return days + from + "-" + to;
    }

    private static String name(DayOfWeek day) {
        return DAYS.get(day.getValue() - 1);
    }
}
