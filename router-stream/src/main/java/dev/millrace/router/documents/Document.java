package dev.millrace.router.documents;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.job.Span;
import dev.millrace.contracts.json.JsonBytes;
import java.io.ByteArrayOutputStream;
import java.util.Optional;

/**
 * The document of a request: the longest text in the messages of its user.
 *
 * @param line the request
 * @param value range of the JSON string in the line's bytes, quotes included
 * @param text the document
 */
public record Document(RequestLine line, Span value, String text) {
    /** Finds the document of a request; empty if no message of a user has a text. */
    public static Optional<Document> of(RequestLine line) {
        return DocumentReader.find(line).map(value -> of(line, value));
    }

    private static Document of(RequestLine line, Span value) {
        try (var json = JsonBytes.parser(line.bytes(), value.start(), value.length())) {
            json.nextToken();
            return new Document(line, value, json.getString());
        }
    }

    /**
     * Returns the record of the request with another text in place of the document. All other bytes
     * stay, so that equal texts give equal bodies.
     */
    public byte[] with(String otherText) {
        byte[] quoted = JsonBytes.quoted(JsonBytes.encodable(otherText)).getBytes(UTF_8);
        byte[] record = line.bytes();
        var out = new ByteArrayOutputStream(record.length - value.length() + quoted.length);
        out.write(record, 0, value.start());
        out.writeBytes(quoted);
        out.write(record, value.end(), record.length - value.end());
        return out.toByteArray();
    }

    /** Returns the request without its document, with an unchanged bound of its cost. */
    public RequestLine withoutDocument() {
        return parsed(with(""));
    }

    /** Parses a record that {@link #with} has made; its cost is bounded if this document's is. */
    public RequestLine parsed(byte[] record) {
        RequestLine part = RequestParser.parse(record).accepted();
        return line.isCostBounded() ? part.withBoundedCost() : part;
    }
}
