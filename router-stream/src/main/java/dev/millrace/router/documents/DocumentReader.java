package dev.millrace.router.documents;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.Span;
import dev.millrace.contracts.json.JsonBytes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Finds the longest text in the user's messages of a body. The content of a message is a string, or
 * an array of parts with a text each. The input of {@code /v1/responses} can be a string, too.
 */
final class DocumentReader {
    private static final String USER = "user";

    private final Endpoint endpoint;
    private final int offset;
    private final JsonParser json;
    private @Nullable Span longest;

    private DocumentReader(RequestLine line, JsonParser json) {
        endpoint = line.endpoint();
        offset = line.body().start();
        this.json = json;
    }

    static Optional<Span> find(RequestLine line) {
        try (JsonParser json =
                JsonBytes.parser(line.bytes(), line.body().start(), line.body().length())) {
            var reader = new DocumentReader(line, json);
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean isWanted = json.currentName().equals(line.endpoint().promptKey());
                JsonToken value = json.nextToken();
                if (isWanted) {
                    // Of two equal keys, providers read the last one.
                    reader.longest = null;
                    reader.readMessages(value);
                } else {
                    json.skipChildren();
                }
            }
            return Optional.ofNullable(reader.longest);
        }
    }

    private void readMessages(JsonToken value) {
        if (value == JsonToken.VALUE_STRING && endpoint.acceptsText()) {
            longest = longer(longest, text());
        } else if (value == JsonToken.START_ARRAY) {
            for (JsonToken item = json.nextToken();
                    item != JsonToken.END_ARRAY;
                    item = json.nextToken()) {
                if (item == JsonToken.START_OBJECT) {
                    readMessage();
                } else {
                    json.skipChildren();
                }
            }
        } else {
            json.skipChildren();
        }
    }

    /** The role can follow the content, so the text counts at the end of the message. */
    private void readMessage() {
        boolean isUser = false;
        Span found = null;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = json.currentName();
            JsonToken value = json.nextToken();
            if (key.equals("role")) {
                isUser = value == JsonToken.VALUE_STRING && json.getString().equals(USER);
            } else if (key.equals("content")) {
                found = readContent(value);
            }
            json.skipChildren();
        }
        longest = isUser ? longer(longest, found) : longest;
    }

    private @Nullable Span readContent(JsonToken value) {
        if (value == JsonToken.VALUE_STRING) {
            return text();
        }
        Span found = null;
        if (value == JsonToken.START_ARRAY) {
            for (JsonToken item = json.nextToken();
                    item != JsonToken.END_ARRAY;
                    item = json.nextToken()) {
                found = item == JsonToken.START_OBJECT ? longer(found, readPart()) : found;
                json.skipChildren();
            }
        }
        return found;
    }

    private @Nullable Span readPart() {
        boolean isText = false;
        Span found = null;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = json.currentName();
            JsonToken value = json.nextToken();
            if (value == JsonToken.VALUE_STRING && key.equals("type")) {
                isText = json.getString().equals(endpoint.textPart());
            } else if (value == JsonToken.VALUE_STRING && key.equals("text")) {
                found = text();
            }
            json.skipChildren();
        }
        return isText ? found : null;
    }

    /** Returns the range of the string at the parser's token. */
    private Span text() {
        int start = offset + (int) json.currentTokenLocation().getByteOffset();
        // Reads the string to its end.
        var _ = json.getString();
        return new Span(start, offset + (int) json.currentLocation().getByteOffset());
    }

    private static @Nullable Span longer(@Nullable Span one, @Nullable Span other) {
        return one == null || (other != null && other.length() > one.length()) ? other : one;
    }
}
