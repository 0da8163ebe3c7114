package dev.millrace.contracts.result;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.yaml.document.SyntaxProblem;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The fields of a result, except the provider's body.
 *
 * @param statusCode status of the provider's final answer; null without an answer
 * @param errorCode error code; null if the job succeeded. A string, because it can come from a
 *     later version
 * @param line line number in its file, from 1; null if the job is not from a file
 */
public record ResultView(
        String jobId,
        String customId,
        String tenant,
        String batch,
        @Nullable Long line,
        @Nullable Integer statusCode,
        @Nullable String errorCode,
        @Nullable String model,
        @Nullable String provider,
        int attempts,
        BigDecimal costUsd,
        long queuedMs,
        long upstreamMs) {

    /**
     * Reads a result's value.
     *
     * @throws IllegalArgumentException if the value is not a result
     */
    public static ResultView read(byte[] value) {
        var fields = new HashMap<String, String>();
        try (JsonParser json = JsonBytes.parser(value, 0, value.length)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("a result must be a JSON object");
            }
            readObject(json, "", fields);
            JsonBytes.requireEnd(json, "a result");
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "a result must be JSON: " + SyntaxProblem.describe(e), e);
        }
        return of(fields);
    }

    private static void readObject(JsonParser json, String path, Map<String, String> fields) {
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = path + json.currentName();
            JsonToken value = json.nextToken();
            if (value == JsonToken.START_OBJECT
                    && (key.equals("response") || key.equals("millrace"))) {
                readObject(json, key + ".", fields);
            } else if (value.isScalarValue()
                    && value != JsonToken.VALUE_NULL
                    && !key.equals("response.body")) {
                fields.put(key, json.getString());
            } else {
                json.skipChildren();
            }
        }
    }

    private static ResultView of(Map<String, String> fields) {
        String line = fields.get("millrace.line");
        String status = fields.get("response.status_code");
        return new ResultView(
                required(fields, "millrace.job_id"),
                required(fields, "custom_id"),
                required(fields, "millrace.tenant"),
                required(fields, "millrace.batch"),
                line == null ? null : Long.valueOf(line),
                status == null ? null : Integer.valueOf(status),
                fields.get("millrace.error_code"),
                fields.get("millrace.model"),
                fields.get("millrace.provider"),
                Integer.parseInt(required(fields, "millrace.attempts")),
                new BigDecimal(required(fields, "millrace.cost_usd")),
                Long.parseLong(required(fields, "millrace.queued_ms")),
                Long.parseLong(required(fields, "millrace.upstream_ms")));
    }

    private static String required(Map<String, String> fields, String key) {
        String value = fields.get(key);
        if (value == null) {
            throw new IllegalArgumentException("a result must have " + key);
        }
        return value;
    }
}
