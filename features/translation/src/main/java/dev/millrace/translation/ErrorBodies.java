package dev.millrace.translation;

import dev.millrace.wire.call.ToolCallIds;
import dev.millrace.wire.json.JsonTree;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Translates the bodies of errors. The message always stays; the type becomes one that the other
 * wire's clients know. Reads the forms that providers use: {@code {"error":{"message":…}}} (OpenAI,
 * Anthropic), an array of such objects (Gemini), {@code {"error":"…"}} (Ollama), {@code
 * {"message":…}} (vLLM, Mistral) and {@code {"detail":"…"}} (FastAPI).
 *
 * @see <a href="https://platform.claude.com/docs/en/api/errors">Anthropic's errors</a>
 * @see <a href="https://platform.openai.com/docs/guides/error-codes">OpenAI's errors</a>
 */
final class ErrorBodies {
    private static final String ERROR = "error";
    private static final String MESSAGE = "message";
    private static final String TYPE = "type";
    private static final String INVALID_REQUEST = "invalid_request_error";

    private ErrorBodies() {}

    /**
     * Returns an error of a messages provider as chat completions write it; empty if it is none.
     */
    static Optional<ObjectNode> messagesToChat(int status, JsonNode body) {
        JsonNode reported = reported(body);
        return message(reported)
                .map(
                        message -> {
                            ObjectNode translated = JsonTree.object();
                            translated
                                    .putObject(ERROR)
                                    .put(MESSAGE, ToolCallIds.restoredIn(message))
                                    .put(TYPE, chatType(status, reported))
                                    .putNull("param")
                                    .putNull("code");
                            return translated;
                        });
    }

    private static String chatType(int status, JsonNode reported) {
        String general = status < 500 ? INVALID_REQUEST : "server_error";
        return reported.path(ERROR).path(TYPE).asString(general);
    }

    /**
     * Returns an error of a chat completions provider as messages write it; empty if it is none.
     */
    static Optional<ObjectNode> chatToMessages(int status, JsonNode body) {
        return message(reported(body))
                .map(
                        message -> {
                            ObjectNode translated = JsonTree.object().put(TYPE, ERROR);
                            translated
                                    .putObject(ERROR)
                                    .put(TYPE, messagesType(status))
                                    .put(MESSAGE, message);
                            return translated;
                        });
    }

    private static JsonNode reported(JsonNode body) {
        return body.isArray() ? body.path(0) : body;
    }

    private static Optional<String> message(JsonNode reported) {
        return Stream.of(
                        reported.path(ERROR).path(MESSAGE),
                        reported.path(ERROR),
                        reported.path(MESSAGE),
                        reported.path("detail"))
                .filter(JsonNode::isString)
                .map(JsonNode::stringValue)
                .findFirst();
    }

    private static String messagesType(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 402 -> "billing_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 504 -> "timeout_error";
            case 529 -> "overloaded_error";
            default -> status < 500 ? INVALID_REQUEST : "api_error";
        };
    }
}
