package dev.millrace.gateway.http;

/**
 * The kinds of errors, each with its HTTP status and its types in the APIs of OpenAI and Anthropic.
 */
public enum ErrorKind {
    INVALID_REQUEST(400, "invalid_request_error", "invalid_request_error"),
    UNAUTHENTICATED(401, "invalid_request_error", "authentication_error"),
    FORBIDDEN(403, "invalid_request_error", "permission_error"),
    NOT_FOUND(404, "invalid_request_error", "not_found_error"),
    METHOD_NOT_ALLOWED(405, "invalid_request_error", "invalid_request_error"),
    SLOW(408, "invalid_request_error", "invalid_request_error"),
    CONFLICT(409, "invalid_request_error", "invalid_request_error"),
    TOO_LARGE(413, "invalid_request_error", "request_too_large"),
    UNSUPPORTED(415, "invalid_request_error", "invalid_request_error"),
    UNPROCESSABLE(422, "invalid_request_error", "invalid_request_error"),
    RATE_LIMITED(429, "rate_limit_error", "rate_limit_error"),
    OUT_OF_MONEY(429, "insufficient_quota", "rate_limit_error"),
    INTERNAL(500, "server_error", "api_error"),
    UPSTREAM(502, "server_error", "api_error"),
    OVERLOADED(503, "server_error", "overloaded_error"),
    TIMEOUT(504, "server_error", "timeout_error");

    private final int status;
    private final String openAiType;
    private final String anthropicType;

    ErrorKind(int status, String openAiType, String anthropicType) {
        this.status = status;
        this.openAiType = openAiType;
        this.anthropicType = anthropicType;
    }

    /** Returns the HTTP status. */
    public int status() {
        return status;
    }

    String openAiType() {
        return openAiType;
    }

    String anthropicType() {
        return anthropicType;
    }
}
