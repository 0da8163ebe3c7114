package dev.millrace.worker.wire;

import dev.millrace.contracts.error.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the status that an error within a stream would have had as a response. The stream itself
 * has the status 200, so only the names in the error tell.
 *
 * <p>Sources: <a href="https://platform.claude.com/docs/en/api/errors">Anthropic's error types</a>,
 * <a href="https://platform.openai.com/docs/guides/error-codes">OpenAI's error codes</a>, <a
 * href="https://cloud.google.com/apis/design/errors#error_model">Google's status names</a>, <a
 * href="https://openrouter.ai/docs/api-reference/errors">OpenRouter</a>, whose code is a status.
 */
public final class StreamErrorStatus {
    private static final int UNKNOWN = 500;
    private static final int BAD_REQUEST = 400;

    private static final Map<String, Integer> BY_NAME = new HashMap<>();

    static {
        names(
                BAD_REQUEST,
                "invalid_request_error",
                "invalid_prompt",
                "invalid_argument",
                "failed_precondition",
                "badrequesterror");
        names(401, "authentication_error", "invalid_api_key", "unauthenticated");
        names(402, "billing_error");
        names(403, "permission_error", "permission_denied");
        names(404, "not_found_error", "not_found", "model_not_found");
        names(413, "request_too_large");
        names(
                429,
                "rate_limit_error",
                "rate_limit_exceeded",
                "insufficient_quota",
                "resource_exhausted");
        names(UNKNOWN, "api_error", "server_error", "internal", "internalservererror");
        names(503, "unavailable", "service_unavailable");
        names(504, "timeout_error", "deadline_exceeded");
        names(529, "overloaded_error");
    }

    private StreamErrorStatus() {}

    private static void names(int status, String... names) {
        for (String name : names) {
            BY_NAME.put(name, status);
        }
    }

    /**
     * Returns the status, 400 to 599. An unknown error is one of the server, which may pass, unless
     * its words put the blame on the request.
     */
    public static int of(ErrorBody body) {
        // A code says more than the type before it.
        return List.of(body.names().toLowerCase(Locale.ROOT).split(" ")).reversed().stream()
                .flatMap(name -> status(name).stream())
                .findFirst()
                .orElseGet(() -> isOfRequest(body) ? BAD_REQUEST : UNKNOWN);
    }

    private static Optional<Integer> status(String name) {
        return name.matches("[45][0-9][0-9]")
                ? Optional.of(Integer.valueOf(name))
                : Optional.ofNullable(BY_NAME.get(name));
    }

    private static boolean isOfRequest(ErrorBody body) {
        return StatusRules.error(BAD_REQUEST, body) != ErrorCode.VALIDATION_ERROR;
    }
}
