package dev.millrace.worker.wire;

import dev.millrace.contracts.error.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the status that an error within a 200 would have had as a response. Providers report errors
 * within a 200 once they have sent the head: in streams, and some gateways in any answer.
 *
 * <p>Sources: <a href="https://platform.claude.com/docs/en/api/errors">Anthropic's error types</a>,
 * <a href="https://platform.openai.com/docs/guides/error-codes">OpenAI's error codes</a>, <a
 * href="https://cloud.google.com/apis/design/errors#error_model">Google's status names</a>, <a
 * href="https://openrouter.ai/docs/api-reference/errors">OpenRouter</a>, whose code is a status.
 */
public final class ImpliedStatus {
    private static final int SERVER_ERROR = 500;
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
                "resource_exhausted",
                "rate_limited");
        names(
                SERVER_ERROR,
                "api_error",
                "server_error",
                "internal",
                "internalservererror",
                // A finish reason of OpenRouter and Mistral.
                "error");
        // The last one is a finish reason of DeepSeek.
        names(503, "unavailable", "service_unavailable", "insufficient_system_resource");
        names(504, "timeout_error", "deadline_exceeded");
        names(529, "overloaded_error");
    }

    private ImpliedStatus() {}

    private static void names(int status, String... names) {
        for (String name : names) {
            BY_NAME.put(name, status);
        }
    }

    /**
     * Returns the status, 400 to 599; empty if neither the names nor the message of the error are
     * known.
     */
    public static Optional<Integer> of(ErrorBody body) {
        // A code is more specific than the type before it.
        return List.of(body.names().toLowerCase(Locale.ROOT).split(" ")).reversed().stream()
                .flatMap(name -> status(name).stream())
                .findFirst()
                .or(() -> isOfRequest(body) ? Optional.of(BAD_REQUEST) : Optional.empty());
    }

    private static Optional<Integer> status(String name) {
        return name.matches("[45][0-9][0-9]")
                ? Optional.of(Integer.valueOf(name))
                : Optional.ofNullable(BY_NAME.get(name));
    }

    /** Returns true if the message names a cause in the request or the account. */
    private static boolean isOfRequest(ErrorBody body) {
        return StatusRules.error(BAD_REQUEST, body) != ErrorCode.VALIDATION_ERROR;
    }
}
