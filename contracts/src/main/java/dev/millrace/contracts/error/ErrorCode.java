package dev.millrace.contracts.error;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Why a job or an attempt failed. The same codes stand in results, dead letters, metrics and logs;
 * {@code docs/errors.md} holds the table.
 */
public enum ErrorCode {
    /** 429: too many requests or tokens. */
    RATE_LIMIT_EXCEEDED(Retry.AS_TOLD, BreakerEffect.LOWERS_PACE, Aftermath.FALL_BACK_WHEN_LONG),
    /** 402, or 429 or 400 whose body says that the account is out of credit. */
    QUOTA_EXCEEDED(Retry.NO, BreakerEffect.OPENS_KEY, Aftermath.NEXT_KEY),
    /** 401, 403: the API key is refused. */
    AUTHENTICATION_ERROR(Retry.NO, BreakerEffect.OPENS_KEY, Aftermath.NEXT_KEY),
    /** 404 for the model: the provider does not know its name. */
    MODEL_NOT_FOUND(Retry.NO, BreakerEffect.OPENS, Aftermath.WAIT_OR_FALL_BACK),
    /** 5xx, 408, 409, 425: the provider's own fault, or a passing state. */
    SERVER_ERROR(Retry.YES, BreakerEffect.COUNTS, Aftermath.FALL_BACK),
    /** Connect, first byte, between chunks or in total. Uncertain once sent. */
    TIMEOUT(Retry.YES, BreakerEffect.COUNTS, Aftermath.FALL_BACK),
    /** Refused, reset, TLS, DNS. Uncertain once sent. */
    CONNECTION_ERROR(Retry.YES, BreakerEffect.COUNTS, Aftermath.FALL_BACK),
    /** 200 with a body that is no answer. */
    INVALID_RESPONSE(Retry.FEW, BreakerEffect.COUNTS, Aftermath.FAIL),
    /** A response above {@code topics.max_response_bytes}. */
    RESPONSE_TOO_LARGE(Retry.NO, BreakerEffect.NONE, Aftermath.FAIL_BILLED),
    /** 400, 413, 422 and other 4xx: the provider refuses this request. */
    VALIDATION_ERROR(Retry.NO, BreakerEffect.NONE, Aftermath.FAIL),
    /** The request does not fit the model's window. */
    CONTEXT_LENGTH_EXCEEDED(Retry.NO, BreakerEffect.NONE, Aftermath.LARGER_WINDOW),
    /** The provider's content filter refused. */
    CONTENT_FILTERED(Retry.NO, BreakerEffect.NONE, Aftermath.FAIL),
    /** The job's or the tenant's money does not suffice. */
    BUDGET_EXCEEDED(Retry.NO, BreakerEffect.NONE, Aftermath.REJECT_OR_PARK),
    /** The job's deadline has passed, or would pass before the next attempt. */
    DEADLINE_EXCEEDED(Retry.NO, BreakerEffect.NONE, Aftermath.FAIL),
    /** Somebody cancelled the job or its batch. */
    CANCELLED(Retry.NO, BreakerEffect.NONE, Aftermath.FAIL),
    /** No model or alias of that name in service. */
    UNKNOWN_MODEL(Retry.NO, BreakerEffect.NONE, Aftermath.RESULT_OR_DEAD_LETTER),
    /** Not a batch line: no JSON object, or a part of it is missing or wrong. */
    MALFORMED_REQUEST(Retry.NO, BreakerEffect.NONE, Aftermath.RESULT_OR_DEAD_LETTER),
    /** The same job, with the same body, is or was under way. */
    DUPLICATE(Retry.NO, BreakerEffect.NONE, Aftermath.DEAD_LETTER),
    /** The same custom_id in the same batch with another body. */
    DUPLICATE_CUSTOM_ID(Retry.NO, BreakerEffect.NONE, Aftermath.DEAD_LETTER),
    /** A fault of Millrace itself, which ends this one record. */
    INTERNAL_ERROR(Retry.NO, BreakerEffect.NONE, Aftermath.RESULT_OR_DEAD_LETTER);

    private final String code = name().toLowerCase(Locale.ROOT);
    private final Retry retry;
    private final BreakerEffect breakerEffect;
    private final Aftermath aftermath;

    ErrorCode(Retry retry, BreakerEffect breakerEffect, Aftermath aftermath) {
        this.retry = retry;
        this.breakerEffect = breakerEffect;
        this.aftermath = aftermath;
    }

    /** The code as it is written everywhere outside this program, such as {@code timeout}. */
    public String code() {
        return code;
    }

    public Retry retry() {
        return retry;
    }

    public BreakerEffect breakerEffect() {
        return breakerEffect;
    }

    public Aftermath aftermath() {
        return aftermath;
    }

    /** The constant of a written code; empty for a code of a later version. */
    public static Optional<ErrorCode> of(String code) {
        return Arrays.stream(values()).filter(value -> value.code.equals(code)).findFirst();
    }
}
