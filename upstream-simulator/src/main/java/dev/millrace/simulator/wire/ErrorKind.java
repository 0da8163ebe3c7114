package dev.millrace.simulator.wire;

import org.jspecify.annotations.Nullable;

/** The errors that providers answer with, in the words of both wires. */
public enum ErrorKind {
    /** Too many requests or tokens. */
    RATE_LIMITED("requests", "rate_limit_exceeded", "rate_limit_error"),
    /** Out of credit, told with 429 (OpenAI) or 400 (Anthropic). */
    INSUFFICIENT_QUOTA("insufficient_quota", "insufficient_quota", "invalid_request_error"),
    /** Out of credit, told with 402. */
    PAYMENT_REQUIRED("unknown_error", "invalid_request_error", "billing_error"),
    /** The key is not accepted. */
    UNAUTHORIZED("invalid_request_error", "invalid_api_key", "authentication_error"),
    /** The key may not do this. */
    FORBIDDEN("invalid_request_error", "unsupported_country_region_territory", "permission_error"),
    /** The model is not known. */
    MODEL_NOT_FOUND("invalid_request_error", "model_not_found", "not_found_error"),
    /** The path is not known. */
    UNKNOWN_URL("invalid_request_error", "unknown_url", "not_found_error"),
    /** The provider's own fault. */
    SERVER_ERROR("server_error", null, "api_error"),
    /** More calls than the provider can take. */
    OVERLOADED("overloaded_error", null, "overloaded_error"),
    /** Prompt and answer do not fit the model. */
    CONTEXT_LENGTH("invalid_request_error", "context_length_exceeded", "invalid_request_error"),
    /** The prompt is refused by the content filter. */
    CONTENT_FILTER("invalid_request_error", "content_filter", "invalid_request_error"),
    /** The body is larger than allowed. */
    TOO_LARGE("invalid_request_error", "request_too_large", "request_too_large"),
    /** Anything else that is wrong with the request. */
    INVALID_REQUEST("invalid_request_error", null, "invalid_request_error");

    private final String openAiType;
    private final @Nullable String openAiCode;
    private final String anthropicType;

    ErrorKind(String openAiType, @Nullable String openAiCode, String anthropicType) {
        this.openAiType = openAiType;
        this.openAiCode = openAiCode;
        this.anthropicType = anthropicType;
    }

    String openAiType() {
        return openAiType;
    }

    @Nullable String openAiCode() {
        return openAiCode;
    }

    String anthropicType() {
        return anthropicType;
    }
}
