package dev.millrace.gateway.answer;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.job.AwaitedResult;
import dev.millrace.gateway.job.JobRefusal;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Translates refusals and failed jobs into errors of the API. */
public final class JobErrors {
    private static final Duration SHORT_WAIT = Duration.ofSeconds(1);
    private static final Duration LONG_WAIT = Duration.ofSeconds(5);
    private static final BigDecimal MAX_WAIT_SECONDS = BigDecimal.valueOf(86_400);

    private JobErrors() {}

    /** Returns the error for a request that did not become a job. */
    public static ApiError of(JobRefusal refusal) {
        String message = String.valueOf(refusal.getMessage());
        return switch (refusal.reason()) {
            case INVALID ->
                    ApiError.of(ErrorKind.INVALID_REQUEST, "invalid_value", message)
                            .param(refusal.param());
            case TOO_LARGE -> ApiError.of(ErrorKind.TOO_LARGE, "request_too_large", message);
            case KEY_REUSED -> ApiError.of(ErrorKind.UNPROCESSABLE, "idempotency_error", message);
            case OVERLOADED -> ApiError.overloaded(SHORT_WAIT, message);
            case NO_ROUTER, NO_WORKER ->
                    ApiError.of(
                                    ErrorKind.OVERLOADED,
                                    refusal.reason().name().toLowerCase(Locale.ROOT),
                                    message)
                            .retryAfter(LONG_WAIT);
            case UNAVAILABLE ->
                    ApiError.of(ErrorKind.OVERLOADED, "unavailable", message).retryAfter(LONG_WAIT);
        };
    }

    /** Returns the error for a job that ended without the answer of a provider. */
    public static ApiError of(AwaitedResult ended) {
        String code = ended.errorCode().orElse(ErrorCode.INTERNAL_ERROR.code());
        String message = ended.field("error.message").orElse("the job ended with " + code);
        ApiError error =
                ApiError.of(kind(code), apiCode(code), message)
                        .param(
                                ended.field("error.param")
                                        .map(JobErrors::keyOfTheClient)
                                        .orElse(defaultParam(code)));
        return retryAfter(ended)
                .or(() -> defaultWait(error.kind()))
                .map(error::retryAfter)
                .orElse(error);
    }

    /** Returns a key as the client wrote it: its request is the body of the job's line. */
    private static String keyOfTheClient(String param) {
        return param.startsWith("body.") ? param.substring("body.".length()) : param;
    }

    private static @Nullable String defaultParam(String code) {
        return code.equals(ErrorCode.UNKNOWN_MODEL.code()) ? "model" : null;
    }

    /** Returns OpenAI's word for an unknown model, which its clients know. */
    private static String apiCode(String code) {
        return code.equals(ErrorCode.UNKNOWN_MODEL.code())
                ? ErrorCode.MODEL_NOT_FOUND.code()
                : code;
    }

    private static Optional<Duration> retryAfter(AwaitedResult ended) {
        return ended.field("error.retry_after")
                .map(BigDecimal::new)
                .map(it -> it.min(MAX_WAIT_SECONDS).movePointRight(3))
                .map(it -> Duration.ofMillis(it.longValue()));
    }

    /** Returns when a failed request can be repeated; empty if a retry does not help. */
    static Optional<Duration> defaultWait(ErrorKind kind) {
        return switch (kind) {
            case RATE_LIMITED, OVERLOADED -> Optional.of(LONG_WAIT);
            case UPSTREAM -> Optional.of(SHORT_WAIT);
            case INVALID_REQUEST,
                    UNAUTHENTICATED,
                    FORBIDDEN,
                    NOT_FOUND,
                    METHOD_NOT_ALLOWED,
                    CONFLICT,
                    TOO_LARGE,
                    UNSUPPORTED,
                    UNPROCESSABLE,
                    SLOW,
                    OUT_OF_MONEY,
                    INTERNAL,
                    TIMEOUT ->
                    Optional.empty();
        };
    }

    /**
     * Returns the kind of a failed job.
     *
     * @param code a code of the taxonomy, perhaps of a later version
     */
    static ErrorKind kind(String code) {
        return Arrays.stream(ErrorCode.values())
                .filter(it -> it.code().equals(code))
                .findFirst()
                .map(JobErrors::kind)
                .orElse(ErrorKind.INTERNAL);
    }

    private static ErrorKind kind(ErrorCode code) {
        return switch (code) {
            case RATE_LIMIT_EXCEEDED -> ErrorKind.RATE_LIMITED;
            case BUDGET_EXCEEDED -> ErrorKind.OUT_OF_MONEY;
            case QUOTA_EXCEEDED,
                    AUTHENTICATION_ERROR,
                    MODEL_NOT_FOUND,
                    SERVER_ERROR,
                    CONNECTION_ERROR,
                    INVALID_RESPONSE,
                    RESPONSE_TOO_LARGE ->
                    ErrorKind.UPSTREAM;
            case TIMEOUT, DEADLINE_EXCEEDED -> ErrorKind.TIMEOUT;
            case VALIDATION_ERROR, CONTEXT_LENGTH_EXCEEDED, CONTENT_FILTERED, MALFORMED_REQUEST ->
                    ErrorKind.INVALID_REQUEST;
            case UNKNOWN_MODEL -> ErrorKind.NOT_FOUND;
            case CANCELLED, DUPLICATE, DUPLICATE_CUSTOM_ID -> ErrorKind.CONFLICT;
            case INTERNAL_ERROR -> ErrorKind.INTERNAL;
        };
    }

    /**
     * Returns true if the provider's own answer to a failed call would mislead the client: it is
     * about the key or the account of the operator, not of the client.
     */
    public static boolean concernsTheOperator(AwaitedResult ended) {
        String code = ended.errorCode().orElse("");
        return code.equals(ErrorCode.AUTHENTICATION_ERROR.code())
                || code.equals(ErrorCode.QUOTA_EXCEEDED.code())
                || code.equals(ErrorCode.MODEL_NOT_FOUND.code());
    }
}
