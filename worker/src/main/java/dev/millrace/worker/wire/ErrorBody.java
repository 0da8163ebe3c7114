package dev.millrace.worker.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.json.JsonBytes;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The body of an error, in the forms that providers use: {@code {"error":{…}}} (OpenAI, Anthropic),
 * an array of such objects (Gemini), the object without the {@code error} around it (vLLM), a
 * string (Ollama), {@code {"detail":…}} (FastAPI), or within a choice (OpenRouter). Gateways quote
 * such a body as a text within their own.
 *
 * @param names reason why an answer ended, type, code, status and detailed codes as written, in
 *     this order, separated by blanks; empty if there are none
 * @param message null if there is none
 * @param retryAfter the requested wait as written; null if there is none
 */
public record ErrorBody(String names, @Nullable String message, @Nullable String retryAfter) {
    private static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_DEPTH = 8;

    /** Reads what can be read of the first 64 KiB; never throws. */
    public static ErrorBody read(byte[] body) {
        var fields = new HashMap<String, String>();
        try (JsonParser json = JsonBytes.parser(body, 0, Math.min(body.length, MAX_BYTES))) {
            json.nextToken();
            collect(json, "", 0, fields);
        } catch (JacksonException e) {
            // An error page, or a truncated body. The fields before the error are kept.
        }
        return of(fields);
    }

    private static void collect(
            JsonParser json, String path, int depth, Map<String, String> fields) {
        JsonToken token = json.currentToken();
        if (token == JsonToken.START_OBJECT && depth < MAX_DEPTH) {
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String key = path.isEmpty() ? json.currentName() : path + "." + json.currentName();
                json.nextToken();
                collect(json, key, depth + 1, fields);
            }
        } else if (token == JsonToken.START_ARRAY && depth < MAX_DEPTH) {
            for (var next = json.nextToken();
                    next != JsonToken.END_ARRAY && next != null;
                    next = json.nextToken()) {
                collect(json, path, depth + 1, fields);
            }
        } else if (token != null && token.isScalarValue() && token != JsonToken.VALUE_NULL) {
            fields.putIfAbsent(path, json.getString());
        } else {
            json.skipChildren();
        }
    }

    private static ErrorBody of(Map<String, String> fields) {
        String names =
                Stream.of(
                                fields.get("choices.finish_reason"),
                                first(fields, "error.type", "type"),
                                first(fields, "error.code", "code", "choices.error.code"),
                                fields.get("error.status"),
                                fields.get("error.innererror.code"),
                                fields.get("error.details.error_code"),
                                fields.get("error.details.reason"))
                        .filter(Objects::nonNull)
                        .collect(Collectors.joining(" "));
        String message =
                first(
                        fields,
                        "error.message",
                        "message",
                        "detail",
                        "detail.msg",
                        "error",
                        "choices.error.message");
        var body =
                new ErrorBody(
                        names,
                        message,
                        first(
                                fields,
                                "error.retry_after",
                                "retry_after",
                                "error.details.retryDelay"));
        String quoted = fields.get("error.metadata.raw");
        if (quoted == null && message != null && message.stripLeading().startsWith("{")) {
            quoted = message;
        }
        return quoted == null ? body : body.quoting(quoted);
    }

    /**
     * Adds the error of another provider that a gateway quotes as a text. OpenRouter quotes it
     * beside a general message, other gateways instead of one.
     */
    private ErrorBody quoting(String text) {
        ErrorBody inner = read(text.getBytes(UTF_8));
        return new ErrorBody(
                (names + " " + inner.names).strip(),
                inner.message == null ? text : inner.message,
                retryAfter == null ? inner.retryAfter : retryAfter);
    }

    private static @Nullable String first(Map<String, String> fields, String... keys) {
        return Stream.of(keys).map(fields::get).filter(Objects::nonNull).findFirst().orElse(null);
    }
}
