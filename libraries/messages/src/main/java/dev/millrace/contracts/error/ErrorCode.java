package dev.millrace.contracts.error;

import java.util.Locale;

/**
 * The reason why a job or an attempt failed. Results, dead letters, metrics and logs share these
 * codes, which {@code docs/errors.md} lists.
 */
public enum ErrorCode {
    /** 429: too many requests or tokens. */
    RATE_LIMIT_EXCEEDED(
            Retry.AFTER_PROVIDER_WAIT, BreakerEffect.LOWERS_PACE, Disposition.FALL_BACK_WHEN_LONG),
    /** 402, or any error whose body reports that the account is out of credit. */
    QUOTA_EXCEEDED(Retry.NO, BreakerEffect.OPENS_KEY, Disposition.NEXT_KEY),
    /** 401, 403: the provider rejects the API key. */
    AUTHENTICATION_ERROR(Retry.NO, BreakerEffect.OPENS_KEY, Disposition.NEXT_KEY),
    /**
     * The provider does not know the model's name (404), or its address is wrong, as a redirect or
     * a 405 shows.
     */
    MODEL_NOT_FOUND(Retry.NO, BreakerEffect.OPENS, Disposition.WAIT_OR_FALL_BACK),
    /** 5xx, 408, 409, 424, 425, 498, 499: a fault or a temporary state of the provider. */
    SERVER_ERROR(Retry.YES, BreakerEffect.COUNTS, Disposition.FALL_BACK),
    /**
     * A timeout for connect, first byte, gap between chunks or the whole call. The cost is
     * uncertain once the request was sent.
     */
    TIMEOUT(Retry.YES, BreakerEffect.COUNTS, Disposition.FALL_BACK),
    /**
     * Connection refused or reset, TLS or DNS failure. The cost is uncertain once the request was
     * sent.
     */
    CONNECTION_ERROR(Retry.YES, BreakerEffect.COUNTS, Disposition.FALL_BACK),
    /** 200 with a body that is not a valid answer. */
    INVALID_RESPONSE(Retry.ONCE, BreakerEffect.COUNTS, Disposition.FAIL),
    /** A response larger than {@code topics.max_response_bytes}. */
    RESPONSE_TOO_LARGE(Retry.NO, BreakerEffect.NONE, Disposition.FAIL_BILLED),
    /** 400, 413, 422 and other 4xx: the provider rejects the request. */
    VALIDATION_ERROR(Retry.NO, BreakerEffect.NONE, Disposition.FAIL),
    /** The request does not fit into the model's context window. */
    CONTEXT_LENGTH_EXCEEDED(Retry.NO, BreakerEffect.NONE, Disposition.LARGER_WINDOW),
    /** The provider's content filter rejected the request or the answer. */
    CONTENT_FILTERED(Retry.NO, BreakerEffect.NONE, Disposition.FAIL),
    /** The budget of the job or its tenant is too small. */
    BUDGET_EXCEEDED(Retry.NO, BreakerEffect.NONE, Disposition.REJECT_OR_PARK),
    /** The job's deadline has passed, or would pass before the next attempt. */
    DEADLINE_EXCEEDED(Retry.NO, BreakerEffect.NONE, Disposition.FAIL),
    /** The job or its batch was cancelled. */
    CANCELLED(Retry.NO, BreakerEffect.NONE, Disposition.FAIL),
    /** No model in service has the requested name or alias. */
    UNKNOWN_MODEL(Retry.NO, BreakerEffect.NONE, Disposition.RESULT_OR_DEAD_LETTER),
    /** Not a valid batch line: not a JSON object, or a field is missing or invalid. */
    MALFORMED_REQUEST(Retry.NO, BreakerEffect.NONE, Disposition.RESULT_OR_DEAD_LETTER),
    /** A job with this custom_id and an equal body is running or has finished. */
    DUPLICATE(Retry.NO, BreakerEffect.NONE, Disposition.DEAD_LETTER),
    /** The batch already has this custom_id with a different body. */
    DUPLICATE_CUSTOM_ID(Retry.NO, BreakerEffect.NONE, Disposition.DEAD_LETTER),
    /** A bug in Millrace, which fails this one record. */
    INTERNAL_ERROR(Retry.NO, BreakerEffect.NONE, Disposition.RESULT_OR_DEAD_LETTER);

    private final String code = name().toLowerCase(Locale.ROOT);
    private final Retry retry;
    private final BreakerEffect breakerEffect;
    private final Disposition disposition;

    ErrorCode(Retry retry, BreakerEffect breakerEffect, Disposition disposition) {
        this.retry = retry;
        this.breakerEffect = breakerEffect;
        this.disposition = disposition;
    }

    /** Returns the external form of the code, such as {@code timeout}. */
    public String code() {
        return code;
    }

    public Retry retry() {
        return retry;
    }

    public BreakerEffect breakerEffect() {
        return breakerEffect;
    }

    public Disposition disposition() {
        return disposition;
    }
}
