package dev.millrace.router.classify.body;

import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.Span;
import dev.millrace.contracts.json.JsonBytes;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The parser over a request's body, which has been read before and is known to be valid. */
final class BodyJson implements AutoCloseable {
    private final byte[] record;
    private final int offset;
    private final JsonParser json;

    BodyJson(RequestLine line) {
        record = line.bytes();
        offset = line.body().start();
        json = JsonBytes.parser(record, offset, line.body().length());
    }

    byte[] record() {
        return record;
    }

    /** The next token; there is one wherever this is called, the body being whole. */
    JsonToken next() {
        return json.nextToken();
    }

    /** Goes to the next property of an object; false at the object's end. */
    boolean nextProperty() {
        return json.nextToken() == JsonToken.PROPERTY_NAME;
    }

    String name() {
        return json.currentName();
    }

    /** The current string, decoded; for short ones. Empty when it is no string. */
    String string() {
        return json.currentToken() == JsonToken.VALUE_STRING ? json.getString() : "";
    }

    /** Leaves the current value behind. */
    void skip() {
        json.skipChildren();
    }

    /** Where the current token starts in the record. */
    int start() {
        return offset + (int) json.currentTokenLocation().getByteOffset();
    }

    /** Where the current token ends in the record; for ends of objects and arrays. */
    int end() {
        return offset + (int) json.currentLocation().getByteOffset();
    }

    /** The content of the current string, without its quotes and undecoded. */
    Span content() {
        int start = start() + 1;
        int end = start;
        while (record[end] != '"') {
            end += record[end] == '\\' ? 2 : 1;
        }
        return new Span(start, end);
    }

    @Override
    public void close() {
        json.close();
    }
}
