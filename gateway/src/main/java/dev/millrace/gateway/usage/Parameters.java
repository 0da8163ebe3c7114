package dev.millrace.gateway.usage;

import dev.millrace.gateway.figures.UsageFilter;
import dev.millrace.gateway.http.ApiError;
import io.helidon.common.uri.UriQuery;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the query parameters of a request. Throws an {@link ApiError} that names a wrong one. */
final class Parameters {
    static final int MAX_LIMIT = 1_000;
    private static final int DEFAULT_LIMIT = 100;
    private static final Instant FIRST_TIME = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST_TIME = Instant.parse("9999-12-31T00:00:00Z");

    private final UriQuery query;

    /** Checks that each parameter is allowed and occurs once. */
    Parameters(UriQuery query, Set<String> allowed) {
        this.query = query;
        for (String name : query.names()) {
            if (!allowed.contains(name)) {
                throw UsageErrors.parameter(
                        name,
                        allowed.isEmpty()
                                ? name + " is unknown; there are no parameters"
                                : name
                                        + " is unknown; the parameters are "
                                        + String.join(", ", new TreeSet<>(allowed)));
            }
            if (query.all(name).size() > 1) {
                throw UsageErrors.parameter(name, name + " must be given once");
            }
        }
    }

    Optional<String> text(String name) {
        Optional<String> value =
                query.contains(name) ? Optional.of(query.get(name)) : Optional.empty();
        if (value.isPresent() && (value.get().isEmpty() || value.get().indexOf('\0') >= 0)) {
            throw wrong(name, value.get(), "text");
        }
        return value;
    }

    Optional<Long> number(String name) {
        return text(name)
                .map(value -> parsed(name, value, "a whole number of 0 or more", this::count));
    }

    /** Returns true if a parameter is {@code true}; it may also be {@code false} or missing. */
    boolean flag(String name) {
        return text(name)
                .map(value -> oneOf(name, value, List.of(true, false), String::valueOf))
                .orElse(false);
    }

    int limit() {
        String expected = "a whole number from 1 to " + MAX_LIMIT;
        return text("limit")
                .map(
                        value -> {
                            long limit = parsed("limit", value, expected, this::count);
                            if (limit < 1 || limit > MAX_LIMIT) {
                                throw wrong("limit", value, expected);
                            }
                            return Math.toIntExact(limit);
                        })
                .orElse(DEFAULT_LIMIT);
    }

    private long count(String value) {
        long number = Long.parseLong(value);
        if (number < 0) {
            throw new IllegalArgumentException("negative");
        }
        return number;
    }

    /** Reads the position after the previous page. */
    Optional<List<@Nullable String>> cursor(int values) {
        return text("cursor")
                .map(
                        value ->
                                parsed(
                                        "cursor",
                                        value,
                                        "next of the previous page",
                                        it -> Cursor.parse(it, values)));
    }

    /** Reads a name that must be one of the given names. */
    <T> T oneOf(String name, String value, List<T> allowed, Function<T, String> word) {
        return allowed.stream()
                .filter(it -> word.apply(it).equals(value))
                .findFirst()
                .orElseThrow(
                        () ->
                                wrong(
                                        name,
                                        value,
                                        "one of "
                                                + String.join(
                                                        ", ",
                                                        allowed.stream().map(word).toList())));
    }

    /** Reads the filter of a request whose tenant is already decided. */
    UsageFilter filter(Optional<String> tenant) {
        Optional<Instant> from = instant("from");
        Optional<Instant> to = instant("to");
        if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
            throw wrong("to", query.get("to"), "later than from");
        }
        return new UsageFilter(tenant, text("batch"), text("model"), text("provider"), from, to);
    }

    private Optional<Instant> instant(String name) {
        return text(name)
                .map(
                        value ->
                                parsed(
                                        name,
                                        value,
                                        "a time such as 2026-11-20T06:00:00Z or a day such as"
                                                + " 2026-11-20",
                                        Parameters::instantOf));
    }

    private static Instant instantOf(String value) {
        try {
            Instant time =
                    value.length() == "2026-11-20".length()
                            ? LocalDate.parse(value).atStartOfDay(ZoneOffset.UTC).toInstant()
                            : Instant.parse(value);
            if (time.isBefore(FIRST_TIME) || time.isAfter(LAST_TIME)) {
                throw new IllegalArgumentException("a year of other than four digits");
            }
            return time;
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static <T> T parsed(String name, String value, String expected, Function<String, T> parse) {
        try {
            return parse.apply(value);
        } catch (IllegalArgumentException e) {
            throw wrong(name, value, expected);
        }
    }

    static ApiError wrong(String name, String value, String expected) {
        int longest = 100;
        String shown = value.length() > longest ? value.substring(0, longest) + "…" : value;
        return UsageErrors.parameter(
                name, "%s must be %s, was \"%s\"".formatted(name, expected, shown));
    }
}
