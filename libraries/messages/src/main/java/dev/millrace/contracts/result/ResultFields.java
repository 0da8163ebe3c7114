package dev.millrace.contracts.result;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.yaml.document.SyntaxProblem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The fields of a result line by their paths, such as {@code millrace.job_id}, with the provider's
 * body as a range of the line. Filled by one thread, then only read.
 */
public final class ResultFields {
    private final byte[] line;
    private final Map<String, String> texts = new HashMap<>();
    private final List<String> omitted = new ArrayList<>();
    private boolean hasFallbacks;
    private int bodyStart;
    private int bodyEnd;

    private ResultFields(byte[] line) {
        this.line = line;
    }

    /**
     * Reads a line.
     *
     * @param line shared, must not be modified
     * @throws IllegalArgumentException if it is no JSON object
     */
    public static ResultFields read(byte[] line) {
        var fields = new ResultFields(line);
        try (JsonParser json = JsonBytes.parser(line, 0, line.length)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("a result must be a JSON object");
            }
            fields.readObject(json, "");
            JsonBytes.requireEnd(json, "a result");
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "a result must be JSON: " + SyntaxProblem.describe(e), e);
        }
        return fields;
    }

    private void readObject(JsonParser json, String path) {
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = path + json.currentName();
            JsonToken value = json.nextToken();
            switch (key) {
                case "response", "error", "millrace" -> {
                    if (value == JsonToken.START_OBJECT) {
                        readObject(json, key + ".");
                    } else {
                        json.skipChildren();
                    }
                }
                case "response.body" -> readBody(json, value);
                case "millrace.fallbacks" -> {
                    hasFallbacks = true;
                    json.skipChildren();
                }
                case "millrace.omitted" -> readOmitted(json);
                default -> {
                    if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
                        texts.put(key, json.getString());
                    } else {
                        json.skipChildren();
                    }
                }
            }
        }
    }

    private void readBody(JsonParser json, JsonToken value) {
        bodyStart = (int) json.currentTokenLocation().getByteOffset();
        if (value.isScalarValue()) {
            // Reads the value to its end.
            var unused = json.getString();
        } else {
            json.skipChildren();
        }
        bodyEnd = (int) json.currentLocation().getByteOffset();
    }

    private void readOmitted(JsonParser json) {
        while (json.nextToken() == JsonToken.VALUE_STRING) {
            omitted.add(json.getString());
        }
    }

    /** Returns a scalar field as text; null if the line has none at this path. */
    public @Nullable String text(String path) {
        return texts.get(path);
    }

    /**
     * Returns a scalar field as text.
     *
     * @throws IllegalArgumentException if the line has none at this path
     */
    public String required(String path) {
        String text = texts.get(path);
        if (text == null) {
            throw new IllegalArgumentException("a result must have " + path);
        }
        return text;
    }

    /** Returns a copy of the provider's body; null if no provider answered. */
    public byte @Nullable [] body() {
        return bodyEnd == 0 ? null : Arrays.copyOfRange(line, bodyStart, bodyEnd);
    }

    /** Returns the fields of the request that were left out of its translation. */
    public List<String> omitted() {
        return Collections.unmodifiableList(omitted);
    }

    /** Returns true if another model than the planned one answered. */
    public boolean hasFallbacks() {
        return hasFallbacks;
    }
}
