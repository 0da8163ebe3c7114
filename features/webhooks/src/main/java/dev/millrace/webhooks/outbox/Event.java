package dev.millrace.webhooks.outbox;

import dev.millrace.contracts.digest.Sha256;
import dev.millrace.contracts.webhook.EventType;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * An event that webhooks can report.
 *
 * @param key identifies the event, which is reported once, even if several sinks find it repeatedly
 * @param includes keys of events that this event includes, which are not reported after it
 * @param occurredAt when the event occurred
 * @param data writes the properties of the object {@code data}
 */
public record Event(
        String key,
        List<String> includes,
        EventType type,
        Instant occurredAt,
        Consumer<JsonGenerator> data) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int ID_BYTES = 16;

    public Event {
        includes = List.copyOf(includes);
    }

    /** Returns the value of the header {@code webhook-id}, which follows from the key. */
    public String id() {
        return "msg_" + hash(key);
    }

    /** Returns 32 hex digits that identify a text. */
    public static String hash(String text) {
        return Sha256.hex(text, ID_BYTES);
    }

    /** Returns the body of the request. */
    byte[] payload() {
        return payload(type.toString(), occurredAt, data);
    }

    /** Returns the body of a request with an event of any type. */
    public static byte[] payload(String type, Instant occurredAt, Consumer<JsonGenerator> data) {
        var bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeStringProperty("type", type);
            json.writeStringProperty("timestamp", occurredAt.toString());
            json.writeObjectPropertyStart("data");
            data.accept(json);
            json.writeEndObject();
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }
}
