package dev.millrace.wire.translate;

import dev.millrace.wire.json.JsonTree;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Translates the bodies of errors. The message always stays; the type becomes one that the other
 * wire's clients know.
 *
 * @see <a href="https://platform.claude.com/docs/en/api/errors">Anthropic's errors</a>
 * @see <a href="https://platform.openai.com/docs/guides/error-codes">OpenAI's errors</a>
 */
final class ErrorBodies {
    private static final String ERROR = "error";
    private static final String MESSAGE = "message";
    private static final String TYPE = "type";

    private ErrorBodies() {}

    /** Returns a messages error as chat completions write it; empty if it is none. */
    static Optional<ObjectNode> messagesToChat(ObjectNode body) {
        JsonNode error = body.path(ERROR);
        if (!error.path(MESSAGE).isString() || !error.path(TYPE).isString()) {
            return Optional.empty();
        }
        ObjectNode translated = JsonTree.object();
        translated
                .putObject(ERROR)
                .put(MESSAGE, error.path(MESSAGE).stringValue())
                .put(TYPE, error.path(TYPE).stringValue())
                .putNull("param")
                .putNull("code");
        return Optional.of(translated);
    }

    /** Returns a chat completions error as messages write it; empty if it is none. */
    static Optional<ObjectNode> chatToMessages(int status, ObjectNode body) {
        JsonNode message = body.path(ERROR).path(MESSAGE);
        if (!message.isString()) {
            return Optional.empty();
        }
        ObjectNode translated = JsonTree.object().put(TYPE, ERROR);
        translated.putObject(ERROR).put(TYPE, type(status)).put(MESSAGE, message.stringValue());
        return Optional.of(translated);
    }

    private static String type(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 402 -> "billing_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 504 -> "timeout_error";
            case 529 -> "overloaded_error";
            default -> status < 500 ? "invalid_request_error" : "api_error";
        };
    }
}
