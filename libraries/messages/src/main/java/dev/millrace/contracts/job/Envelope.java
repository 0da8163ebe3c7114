package dev.millrace.contracts.job;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Finds the request within an object that another program has wrapped around it, to name the
 * wrapper. Used once, by one thread.
 */
final class Envelope {
    private static final String CUSTOM_ID = "custom_id";

    /** Number of unknown fields that are remembered. */
    private static final int MAX_FIELDS = 32;

    /** Longest name of a field that is remembered, and shown. */
    private static final int MAX_NAME_CHARS = 64;

    /**
     * The form of a wrapper.
     *
     * @param fields fields that show the wrapper
     * @param problem the wrapper, and how to send the request without it
     */
    private record Form(Set<String> fields, String problem) {}

    /** From the documentation of each program, 2026-11-28. */
    private static final List<Form> FORMS =
            List.of(
                    new Form(
                            Set.of("schema", "payload"),
                            "is an envelope of Kafka Connect: the request is in its field payload;"
                                    + " set value.converter.schemas.enable=false"),
                    new Form(
                            Set.of("specversion"),
                            "is a CloudEvent: the request is in its field data; send that value"
                                    + " alone (the binary content mode)"),
                    new Form(
                            Set.of("before", "after", "op"),
                            "is a change event of Debezium: the request is in its field after; send"
                                    + " that value alone (the transformation"
                                    + " ExtractNewRecordState)"),
                    new Form(
                            Set.of("messageType", "message"),
                            "is an envelope of MassTransit: the request is in its field message;"
                                    + " send that value alone (the raw JSON serializer)"));

    private final Set<String> fields = new LinkedHashSet<>();
    private @Nullable String inner;

    /** Skips the value of an unknown field. The parser is at the value, and is left at its end. */
    void skip(String name, JsonParser json, JsonToken value) {
        if (fields.size() == MAX_FIELDS || name.length() > MAX_NAME_CHARS) {
            json.skipChildren();
            return;
        }
        fields.add(name);
        if (value == JsonToken.VALUE_STRING && inner == null) {
            readText(name, json.getString());
        }
        if (value != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            if (json.currentName().equals(CUSTOM_ID) && inner == null) {
                inner = name;
            }
            json.nextToken();
            json.skipChildren();
        }
    }

    private void readText(String name, String text) {
        if (text.startsWith("{") && text.contains('"' + CUSTOM_ID + '"')) {
            inner = name;
        }
    }

    /** Describes the wrapper, and what to do; empty if the object is no wrapper. */
    Optional<String> problem() {
        return FORMS.stream()
                .filter(it -> fields.containsAll(it.fields()))
                .map(Form::problem)
                .findFirst()
                .or(
                        () ->
                                Optional.ofNullable(inner)
                                        .map(
                                                it ->
                                                        "has no custom_id, but its field "
                                                                + it
                                                                + " has one; send the value of "
                                                                + it
                                                                + " alone"));
    }
}
