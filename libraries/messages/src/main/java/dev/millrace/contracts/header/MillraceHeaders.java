package dev.millrace.contracts.header;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The names of the headers that Millrace writes, and helpers to read and write them. Values are
 * UTF-8 text: numbers in decimal, times in RFC 3339. {@code docs/messages.md} lists all headers.
 */
public final class MillraceHeaders {
    /**
     * Prefix of all names. The router removes headers with this prefix from a request, except
     * headers that producers may set.
     */
    public static final String PREFIX = "millrace-";

    /** The schema version that this program writes. It reads this version and the one before. */
    public static final int SCHEMA_VERSION = 1;

    public static final String SCHEMA = PREFIX + "schema";
    public static final String JOB_ID = PREFIX + "job-id";
    public static final String TENANT = PREFIX + "tenant";
    public static final String BATCH = PREFIX + "batch";
    public static final String LINE = PREFIX + "line";
    public static final String BATCH_LIMIT_USD = PREFIX + "batch-limit-usd";
    public static final String API_KEY = PREFIX + "api-key";
    public static final String OVERSIZE_BYTES = PREFIX + "oversize-bytes";
    public static final String STREAM = PREFIX + "stream";
    public static final String ON_UNAVAILABLE = PREFIX + "on-unavailable";
    public static final String BUY = PREFIX + "buy";
    public static final String PRIORITY = PREFIX + "priority";
    public static final String DEADLINE = PREFIX + "deadline";
    public static final String SUBMITTED_AT = PREFIX + "submitted-at";
    public static final String ROUTED_BY = PREFIX + "routed-by";
    public static final String CHAIN = PREFIX + "chain";
    public static final String CHAIN_POSITION = PREFIX + "chain-position";
    public static final String RESERVED_USD = PREFIX + "reserved-usd";
    public static final String ATTEMPT_USD = PREFIX + "attempt-usd";
    public static final String ATTEMPT_TOKENS = PREFIX + "attempt-tokens";
    public static final String SPENT_USD = PREFIX + "spent-usd";
    public static final String MAX_USD = PREFIX + "max-usd";
    public static final String PAID_ATTEMPTS = PREFIX + "paid-attempts";
    public static final String RETURNS = PREFIX + "returns";
    public static final String PAYING_ACCOUNTS = PREFIX + "paying-accounts";
    public static final String CACHE_KEY = PREFIX + "cache-key";
    public static final String CACHE_NAMESPACE = PREFIX + "cache-group";
    public static final String PASSAGES = PREFIX + "passages";
    public static final String RETRIEVAL_OFFSET = PREFIX + "retrieval-offset";
    public static final String RETRIEVAL_ERROR = PREFIX + "retrieval-error";
    public static final String RETRIEVAL_ANSWER = PREFIX + "retrieval-answer";
    public static final String JOB_TOPIC = PREFIX + "job-topic";
    public static final String BUDGET_REFUSAL = PREFIX + "budget-refusal";
    public static final String ESTIMATED_INPUT_TOKENS = PREFIX + "estimated-input-tokens";
    public static final String ESTIMATED_OUTPUT_TOKENS = PREFIX + "estimated-output-tokens";
    public static final String MAX_OUTPUT_TOKENS = PREFIX + "max-output-tokens";
    public static final String REQUEST_PARTITION = PREFIX + "request-partition";
    public static final String ATTEMPTS = PREFIX + "attempts";
    public static final String MODEL_ATTEMPTS = PREFIX + "model-attempts";
    public static final String INHERITED_USD = PREFIX + "inherited-usd";
    public static final String FALLBACKS = PREFIX + "fallbacks";
    public static final String REASON = PREFIX + "reason";
    public static final String MESSAGE = PREFIX + "message";
    public static final String ORIGIN_TOPIC = PREFIX + "origin-topic";
    public static final String ORIGIN_PARTITION = PREFIX + "origin-partition";
    public static final String ORIGIN_OFFSET = PREFIX + "origin-offset";
    public static final String PARENT = PREFIX + "parent";
    public static final String LANE = PREFIX + "lane";
    public static final String JOB_END = PREFIX + "job-end";

    public static final String DECISION = PREFIX + "decision";
    public static final String ATTEMPT = PREFIX + "attempt";
    public static final String SEQUENCE = PREFIX + "sequence";
    public static final String EVENT = PREFIX + "event";
    public static final String END = PREFIX + "end";

    /** The W3C trace context, passed on unchanged. */
    public static final String TRACEPARENT = "traceparent";

    /** W3C Trace Context: 55 characters, more in later versions. */
    private static final int MAX_TRACE_CHARS = 512;

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private MillraceHeaders() {}

    /** Returns the last header with the given name as text. */
    public static Optional<String> text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null
                ? Optional.empty()
                : Optional.of(new String(header.value(), UTF_8));
    }

    /**
     * Returns the last header with the given name as a whole number from 0; empty if the header is
     * missing, negative or no number.
     */
    public static OptionalLong number(Headers headers, String name) {
        return text(headers, name)
                .filter(it -> NUMBER.matcher(it).matches())
                .map(it -> OptionalLong.of(Long.parseLong(it)))
                .orElseGet(OptionalLong::empty);
    }

    /**
     * Returns the trace context; null without one, or if it is too long to be one. Bounded, since
     * the sizes of cost events are not checked.
     */
    public static @Nullable String traceparent(Headers headers) {
        return text(headers, TRACEPARENT).filter(it -> it.length() <= MAX_TRACE_CHARS).orElse(null);
    }

    /** Replaces the header with the value's text; null removes the header. */
    public static void put(Headers headers, String name, @Nullable Object value) {
        headers.remove(name);
        add(headers, name, value);
    }

    /** Adds a header with the value's text; does nothing for null. */
    static void add(Headers headers, String name, @Nullable Object value) {
        if (value != null) {
            headers.add(name, value.toString().getBytes(UTF_8));
        }
    }

    /** Removes every header whose name starts with {@link #PREFIX}. */
    public static void removeAll(Headers headers) {
        for (Header header : headers.toArray()) {
            if (header.key().startsWith(PREFIX)) {
                headers.remove(header.key());
            }
        }
    }
}
