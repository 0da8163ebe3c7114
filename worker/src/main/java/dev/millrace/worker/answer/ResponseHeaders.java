package dev.millrace.worker.answer;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The headers of a response; names in any case. Of a header that is there twice, the first. */
public final class ResponseHeaders {
    /** No header at all. */
    public static final ResponseHeaders NONE = new ResponseHeaders(Map.of());

    private final Map<String, String> values;

    public ResponseHeaders(Map<String, String> values) {
        var copy = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        values.forEach(copy::putIfAbsent);
        this.values = Collections.unmodifiableMap(copy);
    }

    /** The value without blanks around it; empty when it is missing or blank. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name)).map(String::strip).filter(it -> !it.isEmpty());
    }

    /** All headers, by name without regard to case. */
    public Map<String, String> all() {
        return values;
    }

    /** The provider's name for this exchange, for questions to its support. */
    public Optional<String> requestId() {
        return text("x-request-id").or(() -> text("request-id"));
    }
}
