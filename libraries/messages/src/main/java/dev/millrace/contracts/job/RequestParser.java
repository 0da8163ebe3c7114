package dev.millrace.contracts.job;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.yaml.document.SyntaxProblem;
import java.util.Arrays;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Parses a request record in one pass, without building a tree. Finds custom_id, url, body.model
 * and the range of the body, and checks everything that needs no catalog. Stateless and
 * thread-safe.
 */
public final class RequestParser {
    /**
     * A zero byte and the four bytes of a schema's id, which serializers for Confluent's schema
     * registry write before the JSON
     * (https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/).
     */
    private static final int SCHEMA_BYTES = 5;

    private RequestParser() {}

    /**
     * Parses one record. Never throws because of the record's content.
     *
     * @param record the record's value; the returned line references it, so it must not be modified
     *     afterwards
     */
    public static ParseResult parse(byte[] record) {
        int start = start(record);
        if (record.length == start) {
            return new ParseResult.Malformed("is empty, expected a JSON object");
        }
        if (!JsonBytes.isUtf8(
                start == SCHEMA_BYTES
                        ? Arrays.copyOfRange(record, start, record.length)
                        : record)) {
            return malformed(record, start, RecordFormat.notUtf8(record));
        }
        try (JsonParser json = JsonBytes.parser(record, start, record.length - start)) {
            return parseValue(record, start, json);
        } catch (JacksonException e) {
            return malformed(record, start, "is not valid JSON: " + SyntaxProblem.describe(e));
        }
    }

    /** Returns where the JSON begins: after a byte order mark, or the id of a schema. */
    private static int start(byte[] record) {
        if (JsonBytes.startsWithByteOrderMark(record)) {
            return JsonBytes.BYTE_ORDER_MARK_BYTES;
        }
        boolean hasSchema =
                record.length > SCHEMA_BYTES && record[0] == 0 && record[SCHEMA_BYTES] == '{';
        return hasSchema ? SCHEMA_BYTES : 0;
    }

    private static ParseResult malformed(byte[] record, int start, String otherwise) {
        Optional<String> format = start == 0 ? RecordFormat.problem(record) : Optional.empty();
        return new ParseResult.Malformed(format.orElse(otherwise));
    }

    private static ParseResult parseValue(byte[] record, int start, JsonParser json) {
        JsonToken first = json.nextToken();
        if (first == JsonToken.VALUE_STRING && json.getString().stripLeading().startsWith("{")) {
            return new ParseResult.Malformed(
                    "is a string that contains JSON, expected the JSON object itself: it was"
                            + " serialized twice");
        }
        if (first != JsonToken.START_OBJECT) {
            return malformed(
                    record, start, "is " + JsonBytes.describe(first) + ", expected a JSON object");
        }
        var draft = new RequestDraft(record, start);
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            draft.readField(json);
        }
        if (json.nextToken() != null) {
            return new ParseResult.Malformed("has more than one JSON value");
        }
        return draft.finish();
    }
}
