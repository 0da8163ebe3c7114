package dev.millrace.router.result;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.contracts.result.TranslationNote;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads a result line, with the provider's body as a range of its bytes. */
public final class ResultLineReader {
    private static final BigDecimal MILLIS = BigDecimal.valueOf(1_000);
    private static final Duration MAX_RETRY_AFTER = Duration.ofDays(365);

    private final byte[] line;
    private final Map<String, String> fields = new HashMap<>();
    private final List<String> omitted = new ArrayList<>();
    private boolean hasFallbacks;
    private byte @Nullable [] body;

    private ResultLineReader(byte[] line) {
        this.line = line;
    }

    /** Reads a line; empty if it is no result that this version understands. */
    public static Optional<ResultLine> read(byte[] line) {
        try {
            return new ResultLineReader(line).read();
        } catch (JacksonException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Optional<ResultLine> read() {
        try (JsonParser json = JsonBytes.parser(line, 0, line.length)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            readObject(json, "");
        }
        return outcome()
                .map(
                        outcome ->
                                new ResultLine(
                                        line,
                                        outcome,
                                        fields.get("millrace.job_id"),
                                        fields.getOrDefault("millrace.model", ""),
                                        fields.get("millrace.provider"),
                                        fields.getOrDefault("millrace.tenant", ""),
                                        fields.getOrDefault("millrace.routed_by", ""),
                                        hasFallbacks,
                                        new BigDecimal(
                                                fields.getOrDefault("millrace.cost_usd", "0"))));
    }

    private void readObject(JsonParser json, String path) {
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = path + json.currentName();
            JsonToken value = json.nextToken();
            switch (key) {
                case "response", "error", "millrace" -> {
                    if (value == JsonToken.START_OBJECT) {
                        readObject(json, key + ".");
                    }
                }
                case "response.body" -> body = readBody(json, value);
                case "millrace.fallbacks" -> {
                    hasFallbacks = true;
                    json.skipChildren();
                }
                case "millrace.omitted" -> readOmitted(json);
                default -> readField(json, key, value);
            }
        }
    }

    private void readField(JsonParser json, String key, JsonToken value) {
        if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
            fields.put(key, json.getString());
        } else {
            json.skipChildren();
        }
    }

    private byte[] readBody(JsonParser json, JsonToken value) {
        int start = (int) json.currentTokenLocation().getByteOffset();
        if (value.isScalarValue()) {
            // Reads the value to its end.
            var _ = json.getString();
        } else {
            json.skipChildren();
        }
        return Arrays.copyOfRange(line, start, (int) json.currentLocation().getByteOffset());
    }

    private void readOmitted(JsonParser json) {
        while (json.nextToken() == JsonToken.VALUE_STRING) {
            omitted.add(json.getString());
        }
    }

    private Optional<Outcome> outcome() {
        String code = fields.get("millrace.error_code");
        ErrorCode error = null;
        if (code != null) {
            error = code(code);
            if (error == null) {
                return Optional.empty();
            }
        }
        String status = fields.get("response.status_code");
        if (body != null && status != null) {
            return Optional.of(
                    new Outcome.Answered(
                            Integer.parseInt(status),
                            fields.get("response.request_id"),
                            new ProviderBody.Json(body),
                            error,
                            translation()));
        }
        return error == null
                ? Optional.empty()
                : Optional.of(
                        new Outcome.Unanswered(
                                error,
                                fields.getOrDefault("error.message", ""),
                                fields.get("error.param"),
                                retryAfter(),
                                fields.get("error.request_id")));
    }

    private static @Nullable ErrorCode code(String text) {
        return Arrays.stream(ErrorCode.values())
                .filter(it -> it.code().equals(text))
                .findFirst()
                .orElse(null);
    }

    private @Nullable TranslationNote translation() {
        return Optional.ofNullable(fields.get("millrace.translated_from"))
                .flatMap(Endpoint::of)
                .map(from -> new TranslationNote(from, omitted))
                .orElse(null);
    }

    private @Nullable Duration retryAfter() {
        String seconds = fields.get("error.retry_after");
        if (seconds == null) {
            return null;
        }
        var millis = new BigDecimal(seconds).multiply(MILLIS);
        return millis.signum() < 0
                        || millis.compareTo(BigDecimal.valueOf(MAX_RETRY_AFTER.toMillis())) > 0
                ? null
                : Duration.ofMillis(millis.longValue());
    }
}
