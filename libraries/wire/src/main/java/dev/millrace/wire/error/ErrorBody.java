package dev.millrace.wire.error;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.json.JsonBytes;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The body of an error, in the forms that providers use:
 *
 * <ul>
 *   <li>{@code {"error":{…}}} (OpenAI, Anthropic), or an array of such objects (Gemini)
 *   <li>the object without the {@code error} around it (vLLM)
 *   <li>a string (Ollama)
 *   <li>{@code {"detail":…}} (FastAPI)
 *   <li>within a choice (OpenRouter), or beside an empty answer (MiniMax, Baidu)
 *   <li>a plain text
 *   <li>a page of a firewall, load balancer or web server before the API
 * </ul>
 *
 * <p>Gateways quote such a body as a text within their own.
 *
 * @param names reason why an answer ended, type, code, status and detailed codes as written, in
 *     this order, then reasons and numeric codes with the field before them such as {@code
 *     finish_reason:abort} and {@code base_resp:1002}
 * @param message null if there is none
 * @param retryAfter the requested wait as written; null if there is none
 * @param page the page in place of a message, with its markup; null if there is none. A page does
 *     not describe a key, a model or a request, so its words are no message.
 */
public record ErrorBody(
        List<String> names,
        @Nullable String message,
        @Nullable String retryAfter,
        @Nullable String page) {
    private static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_DEPTH = 8;

    /** Longest error that counts as a plain text. */
    private static final int MAX_TEXT_CHARS = 2_000;

    /** Fields with numeric codes, and the word before their codes. */
    private static final Map<String, String> NUMERIC =
            Map.of(
                    "base_resp.status_code", "base_resp",
                    "error.code", "code",
                    "error.type", "code",
                    "code", "code",
                    "header.code", "code",
                    "error_code", "error_code",
                    "errcode", "error_code",
                    "errno", "error_code");

    private static final String REASON = "finish_reason:";

    /** In a response the reason why it ended, in other bodies the status of an error. */
    private static final String STATUS = "status";

    /** An HTTP status is no error code; 0 reports no error. */
    private static final Pattern CODE = Pattern.compile("-?[0-9]{1,9}");

    private static final Pattern HTTP_STATUS = Pattern.compile("0|[2-5][0-9][0-9]");

    public ErrorBody {
        names = List.copyOf(names);
    }

    /** Creates an error without a page. */
    ErrorBody(List<String> names, @Nullable String message, @Nullable String retryAfter) {
        this(names, message, retryAfter, null);
    }

    /** Reads a body without a known content type. */
    public static ErrorBody read(byte[] body) {
        return read(body, "");
    }

    /**
     * Reads the readable part of the first 64 KiB; never throws.
     *
     * @param contentType value of the header, which shows that a plain text is a page; else empty
     */
    public static ErrorBody read(byte[] body, String contentType) {
        int start = JsonBytes.startsWithByteOrderMark(body) ? JsonBytes.BYTE_ORDER_MARK_BYTES : 0;
        byte[] text = Arrays.copyOfRange(body, start, Math.min(body.length, start + MAX_BYTES));
        var fields = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        try (JsonParser json = JsonBytes.parser(text, 0, text.length)) {
            json.nextToken();
            collect(json, "", 0, fields);
        } catch (JacksonException e) {
            // An error page, or a truncated body. The fields before the error are kept.
        }
        return fields.isEmpty() ? ofText(text, contentType) : of(fields);
    }

    private static ErrorBody ofText(byte[] body, String contentType) {
        String text = new String(body, UTF_8).strip();
        if (text.isEmpty() || "{[".indexOf(text.charAt(0)) >= 0) {
            return new ErrorBody(List.of(), null, null);
        }
        return text.charAt(0) == '<' || PageText.isTypeOfPage(contentType)
                ? new ErrorBody(List.of(), null, null, text)
                : new ErrorBody(
                        List.of(),
                        text.substring(0, Math.min(text.length(), MAX_TEXT_CHARS)),
                        null);
    }

    /** Returns the text for messages to people, without markup; null if there is none. */
    public @Nullable String text() {
        return message == null && page != null ? PageText.of(page) : message;
    }

    /** Returns an error that consists of the reason why an answer ended. */
    static ErrorBody ofReason(String reason) {
        return new ErrorBody(List.of(reason, REASON + reason), null, null);
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
        var body =
                new ErrorBody(names(fields), message(fields), retryAfter(fields)).withoutMarkup();
        String raw = fields.get("error.metadata.raw");
        if (raw != null) {
            return body.replacedBy(raw);
        }
        int brace = body.message == null ? -1 : body.message.indexOf('{');
        if (body.message == null || brace < 0) {
            return body;
        }
        String quoted = body.message.substring(brace);
        return body.message.substring(0, brace).isBlank()
                ? body.replacedBy(quoted)
                : body.completedBy(quoted);
    }

    private static @Nullable String message(Map<String, String> fields) {
        return first(
                fields,
                "error.message",
                "error.msg",
                "message",
                "detail",
                "detail.msg",
                "detail.message",
                "error",
                "base_resp.status_msg",
                "error_msg",
                "msg",
                "errmsg",
                "err_msg",
                "error_message",
                "errors.message",
                "errors",
                "choices.error.message",
                // Of SGLang.
                "choices.finish_reason.message",
                // Of Apigee, Tencent and iFlytek.
                "fault.faultstring",
                "Response.Error.Message",
                "header.message",
                "title",
                "");
    }

    /** Returns a copy whose message is no page; of a page within the message, the text remains. */
    private ErrorBody withoutMarkup() {
        int start = message == null ? -1 : PageText.start(message);
        if (message == null || start < 0) {
            return this;
        }
        return start == 0
                ? new ErrorBody(names, null, retryAfter, message)
                : new ErrorBody(
                        names,
                        message.substring(0, start) + PageText.of(message.substring(start)),
                        retryAfter);
    }

    private static List<String> names(Map<String, String> fields) {
        @Nullable String reason = reason(fields);
        Stream<@Nullable String> written =
                Stream.of(
                        status(fields),
                        reason,
                        first(fields, "error.type", "type"),
                        exception(fields.get("__type")),
                        first(
                                fields,
                                "error.code",
                                "code",
                                "choices.error.code",
                                "Response.Error.Code"),
                        fields.get("reason"),
                        fields.get("fault.detail.errorcode"),
                        fields.get("error.status"),
                        // Of ElevenLabs.
                        fields.get("detail.status"),
                        fields.get("error.innererror.code"),
                        fields.get("error.details.error_code"),
                        fields.get("error.details.reason"));
        Stream<String> numeric =
                NUMERIC.entrySet().stream()
                        .filter(it -> isCode(fields.get(it.getKey())))
                        .map(it -> it.getValue() + ":" + fields.get(it.getKey()))
                        .sorted()
                        .distinct();
        Stream<String> ended = Stream.ofNullable(reason).map(it -> REASON + it);
        return Stream.of(written.filter(Objects::nonNull), ended, numeric)
                .flatMap(it -> it)
                .toList();
    }

    /** Returns why an answer ended, by the field of its API; null if it does not say. */
    private static @Nullable String reason(Map<String, String> fields) {
        String[] reasons =
                Endpoints.known().reasons().stream()
                        .filter(it -> !it.startsWith(STATUS))
                        .sorted()
                        .toArray(String[]::new);
        String reason = first(fields, reasons);
        return reason == null && "response".equals(fields.get("object"))
                ? fields.get(STATUS)
                : reason;
    }

    /** Returns the status of an error that is repeated in its body; null if it has none. */
    private static @Nullable String status(Map<String, String> fields) {
        String status =
                first(
                        fields,
                        STATUS,
                        "statusCode",
                        "status_code",
                        "error.statusCode",
                        "error.status_code",
                        "choices.finish_reason.status_code");
        return status != null && status.matches("[45][0-9][0-9]") ? status : null;
    }

    /** Returns the name of an exception of AWS without its package. */
    private static @Nullable String exception(@Nullable String type) {
        return type == null ? null : type.substring(type.indexOf('#') + 1);
    }

    private static boolean isCode(@Nullable String value) {
        return value != null
                && CODE.matcher(value).matches()
                && !HTTP_STATUS.matcher(value).matches();
    }

    private static @Nullable String retryAfter(Map<String, String> fields) {
        String millis = first(fields, "error.retry_after_ms", "retry_after_ms");
        if (millis != null) {
            return millis + "ms";
        }
        return first(
                fields,
                "error.retry_after",
                "retry_after",
                "error.retryAfter",
                "retryAfter",
                "error.retry_after_seconds",
                "retry_after_seconds",
                "error.retryAfterSeconds",
                "retryAfterSeconds",
                "error.metadata.retry_after_seconds",
                "error.details.retryDelay",
                "error.details.retryDelay.seconds",
                // Hugging Face, while a model is loaded.
                "estimated_time",
                "error.estimated_time",
                // OpenRouter repeats the headers of its limits.
                "error.metadata.headers.X-RateLimit-Reset");
    }

    /**
     * Adds the error of another provider that a gateway quotes as a text. OpenRouter quotes it
     * beside a general message; other gateways quote it in place of one.
     */
    private ErrorBody replacedBy(String text) {
        ErrorBody inner = read(text.getBytes(UTF_8));
        return with(inner, inner.message == null && inner.page == null ? text : inner.message);
    }

    /**
     * Adds the error that a gateway such as LiteLLM quotes within its message. Other JSON in a
     * message is a part of the request.
     */
    private ErrorBody completedBy(String text) {
        ErrorBody inner = read(text.getBytes(UTF_8));
        return inner.message == null || inner.names.isEmpty() ? this : with(inner, message);
    }

    private ErrorBody with(ErrorBody inner, @Nullable String newMessage) {
        return new ErrorBody(
                Stream.concat(names.stream(), inner.names.stream()).toList(),
                newMessage,
                retryAfter == null ? inner.retryAfter : retryAfter,
                inner.page);
    }

    private static @Nullable String first(Map<String, String> fields, String... keys) {
        return Stream.of(keys).map(fields::get).filter(Objects::nonNull).findFirst().orElse(null);
    }
}
