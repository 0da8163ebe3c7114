package dev.millrace.worker.prompt;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.Span;
import dev.millrace.contracts.json.JsonBytes;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Marks the end of a body's prefix: adds a field to its last block, or writes its text as a block
 * with the field. All other bytes stay unchanged. Used once, by one thread.
 */
final class BreakpointEdit {
    private static final int EMPTY_TEXT_BYTES = 2;

    private final byte[] body;
    private final String field;

    /** End of the last block of the content; null if it has none. */
    private @Nullable Integer lastBlockEnd;

    /** The content if it is a text, with quotes; null for blocks. */
    private @Nullable Span text;

    /**
     * @param body a JSON object; not modified
     * @param field name and value of the field as JSON, without braces
     */
    BreakpointEdit(byte[] body, String field) {
        this.body = body;
        this.field = field;
    }

    /** Returns the marked body; empty if its prefix has no place for the mark. */
    Optional<byte[]> run() {
        return new PrefixReader(body).lastPart().flatMap(this::mark);
    }

    private Optional<byte[]> mark(PrefixReader.Part part) {
        Span span = part.span();
        try (JsonParser json = JsonBytes.parser(body, span.start(), span.length())) {
            JsonToken value = json.nextToken();
            if (part.isMessage()) {
                readMessage(json, span.start());
            } else {
                readContent(json, value, span.start());
            }
        }
        if (text != null) {
            String block = "[{\"type\":\"" + part.textType() + "\",\"text\":";
            return Optional.of(spliced(text.start(), block, text, "," + field + "}]", text.end()));
        }
        return Optional.ofNullable(lastBlockEnd)
                .map(it -> spliced(it - 1, "," + field, new Span(it - 1, it), "", it));
    }

    private void readMessage(JsonParser json, int offset) {
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean isContent = json.currentName().equals("content");
            JsonToken value = json.nextToken();
            if (isContent) {
                readContent(json, value, offset);
            } else {
                json.skipChildren();
            }
        }
    }

    private void readContent(JsonParser json, JsonToken value, int offset) {
        if (value == JsonToken.VALUE_STRING) {
            int from = offset + (int) json.currentTokenLocation().getByteOffset();
            json.finishToken();
            var whole = new Span(from, offset + (int) json.currentLocation().getByteOffset());
            text = whole.length() > EMPTY_TEXT_BYTES ? whole : null;
        } else if (value == JsonToken.START_ARRAY) {
            for (JsonToken next = json.nextToken();
                    next != JsonToken.END_ARRAY;
                    next = json.nextToken()) {
                json.skipChildren();
                int end = offset + (int) json.currentLocation().getByteOffset();
                lastBlockEnd = next == JsonToken.START_OBJECT && !isEmpty(end) ? end : null;
            }
        } else {
            json.skipChildren();
        }
    }

    /** Returns true if the object with this end has no fields. */
    private boolean isEmpty(int end) {
        int before = end - 2;
        while (Character.isWhitespace(body[before])) {
            before--;
        }
        return body[before] == '{';
    }

    /** Returns the body with texts around a kept range, in place of another range. */
    private byte[] spliced(int from, String before, Span kept, String after, int to) {
        var out = new ByteArrayOutputStream(body.length + before.length() + after.length());
        out.write(body, 0, from);
        out.writeBytes(before.getBytes(UTF_8));
        out.write(body, kept.start(), kept.length());
        out.writeBytes(after.getBytes(UTF_8));
        out.write(body, to, body.length - to);
        return out.toByteArray();
    }
}
