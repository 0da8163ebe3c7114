package dev.millrace.retrieval.document;

import dev.millrace.contracts.json.JsonBytes;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Writes and reads the value of a document's record, one JSON object. */
public final class DocumentCodec {
    private DocumentCodec() {}

    /** Returns the value of a record. */
    public static byte[] toJson(StoredDocument document) {
        var out = new ByteArrayOutputStream(document.text().length() + 512);
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            if (document.title() != null) {
                json.writeStringProperty("title", JsonBytes.encodable(document.title()));
            }
            if (document.source() != null) {
                json.writeStringProperty("source", JsonBytes.encodable(document.source()));
            }
            json.writeObjectPropertyStart("metadata");
            new TreeMap<>(document.metadata())
                    .forEach(
                            (key, value) ->
                                    json.writeStringProperty(
                                            JsonBytes.encodable(key), JsonBytes.encodable(value)));
            json.writeEndObject();
            json.writeStringProperty("text", JsonBytes.encodable(document.text()));
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    /**
     * Reads the value of a record. Unknown keys are ignored, so that later versions can add some.
     *
     * @throws IllegalArgumentException with a message that names the error
     */
    public static StoredDocument parse(byte[] value) {
        if (!JsonBytes.isUtf8(value)) {
            throw new IllegalArgumentException("is not UTF-8");
        }
        try (JsonParser json = JsonBytes.parser(value, 0, value.length)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("is no JSON object");
            }
            StoredDocument document = fields(json);
            JsonBytes.requireEnd(json, "a document");
            return document;
        } catch (JacksonException e) {
            throw new IllegalArgumentException("is not valid JSON", e);
        }
    }

    private static StoredDocument fields(JsonParser json) {
        @Nullable String title = null;
        @Nullable String source = null;
        Map<String, String> metadata = Map.of();
        String text = "";
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = json.currentName();
            JsonToken value = json.nextToken();
            switch (key) {
                case "title" -> title = string(json, value, key);
                case "source" -> source = string(json, value, key);
                case "text" -> text = Objects.requireNonNullElse(string(json, value, key), "");
                case "metadata" -> metadata = metadata(json, value);
                default -> json.skipChildren();
            }
        }
        return new StoredDocument(title, source, metadata, text);
    }

    private static Map<String, String> metadata(JsonParser json, JsonToken value) {
        if (value != JsonToken.START_OBJECT) {
            throw new IllegalArgumentException("metadata must be an object");
        }
        var metadata = new HashMap<String, String>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = json.currentName();
            @Nullable String text = string(json, json.nextToken(), "metadata." + key);
            if (text != null) {
                metadata.put(key, text);
            }
        }
        return metadata;
    }

    private static @Nullable String string(JsonParser json, JsonToken value, String key) {
        if (value == JsonToken.VALUE_NULL) {
            return null;
        }
        if (value != JsonToken.VALUE_STRING) {
            throw new IllegalArgumentException(key + " must be a string");
        }
        return json.getString();
    }
}
