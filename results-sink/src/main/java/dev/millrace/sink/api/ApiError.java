package dev.millrace.sink.api;

import dev.millrace.sink.database.DatabaseException;
import dev.millrace.sink.database.FailureKind;
import org.jspecify.annotations.Nullable;

/** Ends a request with an error answer. Expected, so it has no stack trace. */
final class ApiError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final @Nullable String param;

    private ApiError(int status, String code, String message, @Nullable String param) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.param = param;
    }

    /** Reports a wrong parameter. The message gives its value and the allowed values. */
    static ApiError parameter(String name, String message) {
        return new ApiError(400, "invalid_parameter", message, name);
    }

    static ApiError unauthenticated(String message) {
        return new ApiError(401, "unauthenticated", message, null);
    }

    static ApiError forbidden(String message, @Nullable String param) {
        return new ApiError(403, "forbidden", message, param);
    }

    static ApiError notFound(String message) {
        return new ApiError(404, "not_found", message, null);
    }

    /** Reports that a change is not possible in the present state. */
    static ApiError refused(String message) {
        return new ApiError(409, "refused", message, null);
    }

    /**
     * Reports a wrong method.
     *
     * @param allowed the only method of the path
     */
    static ApiError methodNotAllowed(String method, String allowed) {
        return new ApiError(
                405, "method_not_allowed", method + " is not allowed; use " + allowed, null);
    }

    /** Reports that a caller uses all places that it may use at once. */
    static ApiError tooMany(String message) {
        return new ApiError(429, "too_many_requests", message, null);
    }

    static ApiError unavailable(String message) {
        return new ApiError(503, "unavailable", message, null);
    }

    static ApiError internal() {
        return new ApiError(500, "internal_error", "a fault of the server; see its log", null);
    }

    static ApiError of(DatabaseException e) {
        if (e.kind() == FailureKind.TIMED_OUT) {
            return new ApiError(
                    504,
                    "query_timeout",
                    "the query took too long; ask for less, such as one batch or a shorter time",
                    null);
        }
        return e.kind().isTransient()
                ? unavailable("the database does not answer; see the log of the sink")
                : internal();
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    String text() {
        return String.valueOf(getMessage());
    }

    @Nullable String param() {
        return param;
    }
}
