package dev.millrace.gateway.usage;

import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.results.ResultsUnavailableException;
import java.time.Duration;

/** The errors of the usage API. */
final class UsageErrors {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private UsageErrors() {}

    /** Reports a wrong parameter. The message gives its value and the allowed values. */
    static ApiError parameter(String name, String message) {
        return ApiError.of(ErrorKind.INVALID_REQUEST, "invalid_parameter", message).param(name);
    }

    static ApiError forbidden(String message) {
        return ApiError.of(ErrorKind.FORBIDDEN, "forbidden", message);
    }

    /** Reports that a change is not possible in the present state. */
    static ApiError refused(String message) {
        return ApiError.of(ErrorKind.CONFLICT, "refused", message);
    }

    static ApiError unavailable(String message) {
        return ApiError.of(ErrorKind.OVERLOADED, "unavailable", message).retryAfter(RETRY_AFTER);
    }

    /** Returns an error of the gateway with the code that this API gives to its kind. */
    static ApiError named(ApiError e) {
        return switch (e.kind()) {
            case UNAUTHENTICATED -> ApiError.of(e.kind(), "unauthenticated", e.text());
            case FORBIDDEN -> forbidden(e.text());
            case OVERLOADED -> unavailable(e.text());
            case INVALID_REQUEST,
                    NOT_FOUND,
                    METHOD_NOT_ALLOWED,
                    SLOW,
                    CONFLICT,
                    TOO_LARGE,
                    UNSUPPORTED,
                    UNPROCESSABLE,
                    RATE_LIMITED,
                    OUT_OF_MONEY,
                    INTERNAL,
                    UPSTREAM,
                    TIMEOUT ->
                    e;
        };
    }

    static ApiError of(ResultsUnavailableException e) {
        return switch (e.reason()) {
            case TENANT_BUSY ->
                    ApiError.of(
                                    ErrorKind.RATE_LIMITED,
                                    "too_many_requests",
                                    String.valueOf(e.getMessage()))
                            .retryAfter(RETRY_AFTER);
            case BUSY -> unavailable(String.valueOf(e.getMessage()));
            case TIMED_OUT ->
                    ApiError.of(
                            ErrorKind.TIMEOUT,
                            "query_timeout",
                            "the query took too long; ask for less, such as one batch or a shorter"
                                    + " time");
            case DOWN -> unavailable("the database does not answer; see the log of the sink");
            case BROKEN ->
                    ApiError.of(
                            ErrorKind.INTERNAL,
                            "internal_error",
                            "the database cannot be used; see the log");
        };
    }
}
