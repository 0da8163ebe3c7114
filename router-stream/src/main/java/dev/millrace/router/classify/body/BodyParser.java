package dev.millrace.router.classify.body;

import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.Span;
import dev.millrace.contracts.json.JsonBytes;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** JSON parser for a request's body, which is known to be valid. */
final class BodyParser implements AutoCloseable {
    private final byte[] record;
    private final int offset;
    private final JsonParser json;

    BodyParser(RequestLine line) {
        record = line.bytes();
        offset = line.body().start();
        json = JsonBytes.parser(record, offset, line.body().length());
    }

    byte[] record() {
        return record;
    }

    /** Returns the next token. Callers never read past the end of the body. */
    JsonToken next() {
        return json.nextToken();
    }

    /** Advances to the next property of an object; returns false at the end of the object. */
    boolean nextProperty() {
        return json.nextToken() == JsonToken.PROPERTY_NAME;
    }

    String name() {
        return json.currentName();
    }

    /** Decodes the current string; empty for any other value. For short strings. */
    String string() {
        return json.currentToken() == JsonToken.VALUE_STRING ? json.getString() : "";
    }

    /** Skips the current value. */
    void skip() {
        json.skipChildren();
    }

    /** Returns the start of the current token in the record. */
    int start() {
        return offset + (int) json.currentTokenLocation().getByteOffset();
    }

    /** Returns the end of the current token in the record, for the end of an object or array. */
    int end() {
        return offset + (int) json.currentLocation().getByteOffset();
    }

    /** Returns the span of the current string, without quotes and with its escapes. */
    Span content() {
        int start = start() + 1;
        int end = start;
        for (byte next = record[end]; next != '"'; next = record[++end]) {
            // A branch that is rarely taken is faster than a step whose length depends on the byte.
            if (next == '\\') {
                end++;
            }
        }
        return new Span(start, end);
    }

    @Override
    public void close() {
        json.close();
    }
}
