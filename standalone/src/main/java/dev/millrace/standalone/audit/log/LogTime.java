package dev.millrace.standalone.audit.log;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Reads the times of a log. A time without a zone is in UTC. */
final class LogTime {
    private static final List<String> STARTS =
            List.of(
                    "start_time",
                    "start_time_iso",
                    "starting_at",
                    "timestamp",
                    "time",
                    "created_at",
                    "created",
                    "request_created_at",
                    "submitted_at",
                    "aggregation_timestamp",
                    "usage_date",
                    "usage_date_utc",
                    "date",
                    "day");

    private static final List<String> ENDS =
            List.of("end_time", "end_time_iso", "ending_at", "completed_at");

    /** Numbers from these on are milliseconds, microseconds and nanoseconds since 1970. */
    private static final BigDecimal FIRST_MILLIS = new BigDecimal("1e11");

    private static final BigDecimal FIRST_MICROS = new BigDecimal("1e14");
    private static final BigDecimal FIRST_NANOS = new BigDecimal("1e17");
    private static final BigDecimal MAX_NUMBER = new BigDecimal("1e20");

    private static final int MILLI = 3;
    private static final int MICRO = 6;
    private static final int NANO = 9;

    /** Times beyond the year 2286 are mistakes. */
    private static final Instant MAX = Instant.ofEpochSecond(9_999_999_999L);

    /** MongoDB wraps times. */
    private static final String MONGO_DATE = "$date";

    private static final Pattern NUMBER = Pattern.compile("\\d{9,20}(?:\\.\\d{1,9})?");
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

    private static final Pattern UTC = Pattern.compile("(?<!\\s)\\s*+(?:UTC|GMT)$");

    /** ISO 8601 with or without T, and zones as databases shorten them, such as {@code +00}. */
    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder()
                    .parseCaseInsensitive()
                    .append(DateTimeFormatter.ISO_LOCAL_DATE)
                    .appendPattern("['T'][' ']")
                    .append(DateTimeFormatter.ISO_LOCAL_TIME)
                    .appendPattern("[' '][XXX][XX][X]")
                    .toFormatter(Locale.ROOT);

    private LogTime() {}

    /**
     * A time of a log.
     *
     * @param isDay true for a date without a time of day
     */
    record Read(Instant time, boolean isDay) {
        /** Returns the end of the day, or the time itself. */
        Instant end() {
            return isDay ? time.plus(Duration.ofDays(1)) : time;
        }
    }

    /** Returns the first time that one of the objects has; empty without one. */
    static Optional<Read> start(LogFields... objects) {
        return find(STARTS, objects);
    }

    /** Returns the first end time of the requests in the objects. */
    static Optional<Read> end(LogFields... objects) {
        return find(ENDS, objects);
    }

    private static Optional<Read> find(List<String> names, LogFields... objects) {
        for (LogFields object : objects) {
            for (String name : names) {
                Optional<Read> time = read(object.get(name));
                if (time.isPresent()) {
                    return time;
                }
            }
        }
        return Optional.empty();
    }

    /** Returns the text of a time field that could not be interpreted. */
    static Optional<String> notUnderstood(LogFields... objects) {
        for (LogFields object : objects) {
            Optional<JsonNode> field = object.first(STARTS);
            if (field.isPresent() && field.get().isString()) {
                return Optional.of(field.get().stringValue());
            }
        }
        return Optional.empty();
    }

    private static Optional<Read> read(JsonNode node) {
        if (node.has(MONGO_DATE)) {
            return read(node.path(MONGO_DATE));
        }
        Optional<Read> read = Optional.empty();
        if (node.isNumber()) {
            read = ofNumber(node.decimalValue());
        } else if (node.isString()) {
            read = ofText(node.stringValue().strip());
        }
        return read.filter(it -> it.time().isAfter(Instant.EPOCH) && it.time().isBefore(MAX));
    }

    private static Optional<Read> ofNumber(BigDecimal number) {
        if (number.signum() <= 0 || number.compareTo(MAX_NUMBER) >= 0) {
            return Optional.empty();
        }
        int digits = 0;
        if (number.compareTo(FIRST_NANOS) >= 0) {
            digits = NANO;
        } else if (number.compareTo(FIRST_MICROS) >= 0) {
            digits = MICRO;
        } else if (number.compareTo(FIRST_MILLIS) >= 0) {
            digits = MILLI;
        }
        BigDecimal seconds = number.movePointLeft(digits);
        BigDecimal whole = seconds.setScale(0, RoundingMode.FLOOR);
        long nanos = seconds.subtract(whole).movePointRight(NANO).longValue();
        return Optional.of(new Read(Instant.ofEpochSecond(whole.longValue(), nanos), false));
    }

    private static Optional<Read> ofText(String text) {
        if (NUMBER.matcher(text).matches()) {
            return ofNumber(new BigDecimal(text));
        }
        try {
            if (DATE.matcher(text).matches()) {
                Instant day = LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
                return Optional.of(new Read(day, true));
            }
            return Optional.of(new Read(parsed(text), false));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Instant parsed(String text) {
        if (Character.isLetter((text + " ").charAt(0))) {
            return OffsetDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        }
        String utc = UTC.matcher(text).replaceFirst("Z").replace(',', '.');
        return switch (TIME.parseBest(utc, OffsetDateTime::from, LocalDateTime::from)) {
            case OffsetDateTime time -> time.toInstant();
            case LocalDateTime time -> time.toInstant(ZoneOffset.UTC);
            case TemporalAccessor other -> Instant.from(other);
        };
    }
}
