package dev.millrace.standalone.audit.log;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Finds the time of a request in a log. A time without a zone is in UTC. */
final class LogTime {
    private static final List<String> KEYS =
            List.of(
                    "startTime",
                    "start_time",
                    "timestamp",
                    "time",
                    "created_at",
                    "created",
                    "submitted_at");

    /** Numbers from here on are milliseconds since 1970, smaller ones seconds. */
    private static final double FIRST_MILLIS = 1e11;

    private static final double MILLIS_PER_SECOND = 1_000;

    /** Times beyond the year 2286 are mistakes. */
    private static final Instant MAX = Instant.ofEpochSecond(9_999_999_999L);

    /** Larger numbers are no times. */
    private static final double MAX_NUMBER = 1e18;

    private LogTime() {}

    /** Returns the first time that one of the objects has; empty without one. */
    static Optional<Instant> find(JsonNode... objects) {
        for (JsonNode object : objects) {
            for (String key : KEYS) {
                Optional<Instant> time = read(object.path(key)).filter(LogTime::isPlausible);
                if (time.isPresent()) {
                    return time;
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isPlausible(Instant time) {
        return time.isAfter(Instant.EPOCH) && time.isBefore(MAX);
    }

    private static Optional<Instant> read(JsonNode node) {
        if (node.isNumber()) {
            double number = node.doubleValue();
            return number > 0 && number < MAX_NUMBER
                    ? Optional.of(
                            Instant.ofEpochMilli(
                                    number < FIRST_MILLIS
                                            ? Math.round(number * MILLIS_PER_SECOND)
                                            : Math.round(number)))
                    : Optional.empty();
        }
        return node.isString() ? read(node.stringValue()) : Optional.empty();
    }

    private static Optional<Instant> read(String text) {
        String iso = text.strip().replace(' ', 'T');
        try {
            return Optional.of(OffsetDateTime.parse(iso).toInstant());
        } catch (DateTimeException _) {
            return local(iso);
        }
    }

    private static Optional<Instant> local(String iso) {
        try {
            return Optional.of(LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }
}
