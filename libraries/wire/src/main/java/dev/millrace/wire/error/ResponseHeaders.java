package dev.millrace.wire.error;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The headers of a response. Names are case-insensitive; a repeated header has its first value. */
public final class ResponseHeaders {
    public static final ResponseHeaders NONE = new ResponseHeaders(Map.of());

    private final Map<String, String> values;

    public ResponseHeaders(Map<String, String> values) {
        var copy = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        values.forEach(copy::putIfAbsent);
        this.values = Collections.unmodifiableMap(copy);
    }

    /** Returns the stripped value of a header; empty if it is missing or blank. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name)).map(String::strip).filter(it -> !it.isEmpty());
    }

    /** Returns all headers by case-insensitive name. */
    public Map<String, String> all() {
        return values;
    }

    /** Returns the provider's id of this exchange, for questions to its support. */
    public Optional<String> requestId() {
        return text("x-request-id").or(() -> text("request-id"));
    }
}
