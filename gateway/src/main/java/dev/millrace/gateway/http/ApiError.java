package dev.millrace.gateway.http;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Ends a request with an error answer. Expected, so it has no stack trace. */
public final class ApiError extends RuntimeException {
    private static final Duration DISK_RETRY_AFTER = Duration.ofSeconds(30);

    private static final long serialVersionUID = 1L;

    private final ErrorKind kind;
    private final @Nullable String code;
    private final @Nullable String param;
    private final @Nullable Duration retryAfter;
    private final boolean mayRetry;
    private final @Nullable String linesJson;

    private ApiError(
            ErrorKind kind,
            @Nullable String code,
            @Nullable String param,
            @Nullable Duration retryAfter,
            boolean mayRetry,
            @Nullable String linesJson,
            String message) {
        super(message, null, false, false);
        this.kind = kind;
        this.code = code;
        this.param = param;
        this.retryAfter = retryAfter;
        this.mayRetry = mayRetry;
        this.linesJson = linesJson;
    }

    /**
     * Creates an error.
     *
     * @param code a stable word for programs; null for none
     * @param message one human-readable sentence: the problem, and what to do
     */
    public static ApiError of(ErrorKind kind, @Nullable String code, String message) {
        return new ApiError(kind, code, null, null, true, null, message);
    }

    /**
     * Reports a wrong field or parameter.
     *
     * @param param its name
     */
    public static ApiError invalid(String param, String message) {
        return new ApiError(
                ErrorKind.INVALID_REQUEST, "invalid_value", param, null, true, null, message);
    }

    /** Reports that something does not exist, or belongs to someone else. */
    public static ApiError notFound(String message) {
        return of(ErrorKind.NOT_FOUND, "not_found", message);
    }

    /** Reports that the server cannot take the request now. */
    public static ApiError overloaded(Duration retryAfter, String message) {
        return of(ErrorKind.OVERLOADED, "overloaded", message).retryAfter(retryAfter);
    }

    /** Returns the error for work that is refused because a disk is almost full. */
    public static ApiError diskFull(String message) {
        return of(ErrorKind.OVERLOADED, "disk_full", message).retryAfter(DISK_RETRY_AFTER);
    }

    static ApiError internal() {
        return of(ErrorKind.INTERNAL, "internal_error", "a fault of the gateway; see its log");
    }

    /** Returns this error with a time after which the request can be repeated. */
    public ApiError retryAfter(Duration wait) {
        return new ApiError(kind, code, param, wait, mayRetry, linesJson, text());
    }

    /** Returns this error with the field or parameter that is wrong; null for none. */
    public ApiError param(@Nullable String name) {
        return new ApiError(kind, code, name, retryAfter, mayRetry, linesJson, text());
    }

    /**
     * Returns this error with the errors of the request's lines.
     *
     * @param json an array
     */
    public ApiError lines(String json) {
        return new ApiError(kind, code, param, retryAfter, mayRetry, json, text());
    }

    /**
     * Returns this error for a request that clients must not repeat by themselves, as some do after
     * certain statuses: the repeat would be paid again.
     */
    public ApiError withoutRetry() {
        return new ApiError(kind, code, param, retryAfter, false, linesJson, text());
    }

    /** Returns false if clients must not repeat the request by themselves. */
    public boolean mayRetry() {
        return mayRetry;
    }

    public ErrorKind kind() {
        return kind;
    }

    /** Returns a stable word for programs; null for none. */
    public @Nullable String code() {
        return code;
    }

    /** Returns the invalid field or parameter; null for none. */
    public @Nullable String param() {
        return param;
    }

    /** Returns the time after which the request can be repeated. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** Returns the errors of the request's lines, as a JSON array; null for none. */
    @Nullable String linesJson() {
        return linesJson;
    }

    /** Returns the message. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
