package dev.millrace.gateway.messagebatch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.ProviderHeader;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.json.JsonObjectEdit;
import dev.millrace.gateway.http.ApiError;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Turns one request of a message batch into a line of a batch file. The bytes of its params become
 * the body of the line unchanged, except for the object {@code millrace}, which becomes the options
 * of the line. Used once, by one thread.
 */
final class MessageLine {
    private static final String CUSTOM_ID = "custom_id";
    private static final String PARAMS = "params";
    private static final String OPTIONS = "millrace";
    private static final Pattern LEGAL_ID = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

    private final byte[] request;
    private final String where;
    private @Nullable String customId;
    private byte @Nullable [] params;
    private byte @Nullable [] options;

    private MessageLine(byte[] request, String where) {
        this.request = request;
        this.where = where;
    }

    /**
     * Returns the line, without a line break.
     *
     * @param request a valid JSON object
     * @param where names the request in messages, such as {@code requests.3}
     * @param headers headers that the provider gets
     * @throws ApiError that names the wrong field
     */
    static byte[] of(byte[] request, String where, Map<ProviderHeader, String> headers) {
        var line = new MessageLine(request, where);
        line.read();
        return line.toLine(headers);
    }

    private void read() {
        var seen = new HashSet<String>();
        try (JsonParser json = JsonBytes.parser(request, 0, request.length)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                if (!Set.of(CUSTOM_ID, PARAMS).contains(name)) {
                    throw invalid("", "must have custom_id and params and nothing else");
                }
                if (!seen.add(name)) {
                    throw invalid("." + name, "appears twice");
                }
                JsonToken value = json.nextToken();
                if (name.equals(CUSTOM_ID)) {
                    readCustomId(json, value);
                } else {
                    readParams(json, value);
                }
            }
        }
    }

    private void readCustomId(JsonParser json, JsonToken value) {
        String text = value == JsonToken.VALUE_STRING ? json.getString() : "";
        if (!LEGAL_ID.matcher(text).matches()) {
            throw invalid(
                    "." + CUSTOM_ID,
                    "must be text of 1 to 64 letters, digits, underscores and hyphens");
        }
        customId = text;
    }

    private void readParams(JsonParser json, JsonToken value) {
        if (value != JsonToken.START_OBJECT) {
            throw invalid("." + PARAMS, "must be an object, was " + JsonBytes.describe(value));
        }
        int start = start(json);
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean isOptions = json.currentName().equals(OPTIONS);
            json.nextToken();
            int from = start(json);
            json.skipChildren();
            if (isOptions) {
                if (options != null) {
                    throw invalid("." + PARAMS + "." + OPTIONS, "appears twice");
                }
                // Reads a scalar value to its end.
                var _ = json.getString();
                options = Arrays.copyOfRange(request, from, end(json));
            }
        }
        byte[] all = Arrays.copyOfRange(request, start, end(json));
        params =
                options == null
                        ? all
                        : new JsonObjectEdit().remove(OPTIONS).apply(all, 0, all.length);
    }

    private static int start(JsonParser json) {
        return (int) json.currentTokenLocation().getByteOffset();
    }

    private static int end(JsonParser json) {
        return (int) json.currentLocation().getByteOffset();
    }

    private byte[] toLine(Map<ProviderHeader, String> headers) {
        String id = customId;
        byte[] body = params;
        byte[] own = withHeaders(options, headers);
        if (id == null) {
            throw invalid("." + CUSTOM_ID, "is required");
        }
        if (body == null) {
            throw invalid("." + PARAMS, "is required");
        }
        var out = new ByteArrayOutputStream(request.length + 128);
        out.writeBytes(
                "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"%s\",\"body\":"
                        .formatted(id, Endpoint.MESSAGES.url())
                        .getBytes(UTF_8));
        out.writeBytes(body);
        if (own != null) {
            out.writeBytes((",\"" + OPTIONS + "\":").getBytes(UTF_8));
            out.writeBytes(own);
        }
        out.write('}');
        return withoutLineBreaks(out.toByteArray());
    }

    /** Adds headers to options. Leaves options that are no object to the check of the line. */
    private static byte @Nullable [] withHeaders(
            byte @Nullable [] options, Map<ProviderHeader, String> headers) {
        if (headers.isEmpty() || (options != null && options[0] != '{')) {
            return options;
        }
        var added = new JsonObjectEdit();
        headers.forEach((it, value) -> added.set(it.text(), JsonBytes.quoted(value)));
        byte[] own = options == null ? new byte[] {'{', '}'} : options;
        return new JsonObjectEdit().edit("headers", added).apply(own, 0, own.length);
    }

    /**
     * Replaces line breaks by spaces. Line breaks in JSON occur only between tokens, where a space
     * is equivalent.
     */
    private static byte[] withoutLineBreaks(byte[] line) {
        for (int i = 0; i < line.length; i++) {
            if (line[i] == '\n' || line[i] == '\r') {
                line[i] = ' ';
            }
        }
        return line;
    }

    private ApiError invalid(String field, String problem) {
        return ApiError.invalid(where + field, where + field + " " + problem);
    }
}
