package dev.millrace.gateway.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.json.JsonBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The end of a job, read from its result.
 *
 * @param line the whole result line
 * @param body the provider's answer as JSON with its original bytes, or a JSON string if the answer
 *     was no JSON; null if no provider answered
 * @param fields the non-null scalar fields by path, such as {@code millrace.model}; also {@code
 *     millrace.omitted}, with texts separated by commas, and the JSON object {@link #RETRIEVAL}
 */
public record AwaitedResult(byte[] line, byte @Nullable [] body, Map<String, String> fields) {
    /** Path of the passages of documents in the prompt. */
    public static final String RETRIEVAL = "millrace.retrieval";

    private static final String OMITTED = "millrace.omitted";

    public AwaitedResult {
        fields = Map.copyOf(fields);
    }

    /**
     * Reads a result.
     *
     * @throws IllegalArgumentException if the line is not a result
     */
    public static AwaitedResult read(byte[] line) {
        var fields = new HashMap<String, String>();
        try (JsonParser json = JsonBytes.parser(line, 0, line.length)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("a result must be a JSON object");
            }
            byte[] body = readObject(json, "", line, fields);
            return new AwaitedResult(line, body, fields);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("a result must be JSON", e);
        }
    }

    private static byte @Nullable [] readObject(
            JsonParser json, String path, byte[] line, Map<String, String> fields) {
        byte[] body = null;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = path + json.currentName();
            JsonToken value = json.nextToken();
            if (key.equals("response.body")) {
                body = copy(json, line);
            } else if (key.equals(RETRIEVAL) && value == JsonToken.START_OBJECT) {
                fields.put(key, new String(copy(json, line), UTF_8));
            } else if (value == JsonToken.START_OBJECT) {
                byte[] found = readObject(json, key + ".", line, fields);
                body = found == null ? body : found;
            } else if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
                fields.put(key, json.getString());
            } else if (key.equals(OMITTED) && value == JsonToken.START_ARRAY) {
                fields.put(key, texts(json));
            } else {
                json.skipChildren();
            }
        }
        return body;
    }

    /** Returns the texts of an array, separated by commas. */
    private static String texts(JsonParser json) {
        var texts = new ArrayList<String>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            texts.add(json.getString());
            json.skipChildren();
        }
        return String.join(", ", texts);
    }

    private static byte[] copy(JsonParser json, byte[] line) {
        int start = (int) json.currentTokenLocation().getByteOffset();
        if (json.currentToken().isScalarValue()) {
            // Reads the value to its end.
            var _ = json.getString();
        } else {
            json.skipChildren();
        }
        return Arrays.copyOfRange(line, start, (int) json.currentLocation().getByteOffset());
    }

    /** Returns the status of the provider's answer; empty if no provider answered. */
    public Optional<Integer> status() {
        return field("response.status_code").map(Integer::valueOf);
    }

    /** Returns the error code of the taxonomy; empty if the job succeeded. */
    public Optional<String> errorCode() {
        return field("millrace.error_code");
    }

    /** Returns a scalar field by its path. */
    public Optional<String> field(String path) {
        return Optional.ofNullable(fields.get(path));
    }

    /** Omits the answer, which may contain personal data. */
    @Override
    public String toString() {
        return "AwaitedResult[" + fields.get("millrace.job_id") + "]";
    }
}
