package dev.millrace.simulator.wire;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The errors of providers, with their types and codes on both wires. */
public enum WireError {
    /** Too many requests or tokens. */
    RATE_LIMITED("requests", "rate_limit_exceeded", "rate_limit_error"),
    /** Out of credit, reported by 429 (OpenAI) or 400 (Anthropic). */
    INSUFFICIENT_QUOTA("insufficient_quota", "insufficient_quota", "invalid_request_error"),
    /** Out of credit, reported by 402. */
    PAYMENT_REQUIRED("unknown_error", "invalid_request_error", "billing_error"),
    /** The key is not accepted. */
    UNAUTHORIZED("invalid_request_error", "invalid_api_key", "authentication_error"),
    /** The key lacks permission. */
    FORBIDDEN("invalid_request_error", "unsupported_country_region_territory", "permission_error"),
    /** The model is unknown. */
    MODEL_NOT_FOUND("invalid_request_error", "model_not_found", "not_found_error"),
    /** The path is unknown. */
    UNKNOWN_URL("invalid_request_error", "unknown_url", "not_found_error"),
    /** The provider failed. */
    SERVER_ERROR("server_error", null, "api_error"),
    /** The provider is overloaded. */
    OVERLOADED("overloaded_error", null, "overloaded_error"),
    /** Prompt and answer exceed the context window. */
    CONTEXT_LENGTH("invalid_request_error", "context_length_exceeded", "invalid_request_error"),
    /** The flex tier has no capacity at OpenAI. */
    RESOURCE_UNAVAILABLE("resource_unavailable", "resource_unavailable", "api_error"),
    /** The flex tier has no capacity at Groq. */
    CAPACITY_EXCEEDED("capacity_exceeded", "capacity_exceeded", "api_error"),
    /** The content filter rejects the prompt. */
    CONTENT_FILTER("invalid_request_error", "content_filter", "invalid_request_error"),
    /** The body is larger than allowed. */
    TOO_LARGE("invalid_request_error", "request_too_large", "request_too_large"),
    /** Any other invalid request. */
    INVALID_REQUEST("invalid_request_error", null, "invalid_request_error");

    private final String openAiType;
    private final @Nullable String openAiCode;
    private final String anthropicType;

    WireError(String openAiType, @Nullable String openAiCode, String anthropicType) {
        this.openAiType = openAiType;
        this.openAiCode = openAiCode;
        this.anthropicType = anthropicType;
    }

    /** Returns the kind's name in statistics. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
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
