package dev.millrace.contracts.job;

import dev.millrace.contracts.job.Parsed.Problem;
import dev.millrace.contracts.json.JsonBytes;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Gathers what is needed of a request's body while its top-level fields go by. */
final class BodyDraft {
    private final int offset;
    private @Nullable String model;
    private @Nullable Span modelValue;
    private @Nullable Span range;
    private @Nullable Long maxOutputTokens;
    private long choices = 1;
    private boolean modelSeen;

    BodyDraft(int offset) {
        this.offset = offset;
    }

    void readField(JsonParser json, List<Problem> problems) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        switch (name) {
            case "model" -> readModel(json, value, problems);
            case "max_tokens", "max_completion_tokens", "max_output_tokens" ->
                    readLimit(json, value);
            case "n" -> choices = isLong(json, value) ? Math.max(1, json.getLongValue()) : choices;
            case "stream" -> {
                if (value == JsonToken.VALUE_TRUE) {
                    problems.add(
                            new Problem(
                                    "body.stream",
                                    "must not be true: a batch line gets one whole answer"));
                }
            }
            default -> {}
        }
        json.skipChildren();
    }

    private void readModel(JsonParser json, JsonToken value, List<Problem> problems) {
        // Only one of two would be replaced on the way to the provider.
        if (modelSeen) {
            problems.add(new Problem("body.model", "is given twice"));
        }
        modelSeen = true;
        if (value != JsonToken.VALUE_STRING || json.getString().isBlank()) {
            problems.add(
                    new Problem(
                            "body.model",
                            "must be the name of a model, an alias, or \"auto\", was "
                                    + JsonBytes.describe(value)));
            return;
        }
        model = json.getString();
        modelValue =
                new Span(
                        offset + (int) json.currentTokenLocation().getByteOffset(),
                        offset + (int) json.currentLocation().getByteOffset());
    }

    private void readLimit(JsonParser json, JsonToken value) {
        // A value of another kind is for the provider to refuse.
        if (isLong(json, value) && json.getLongValue() >= 0) {
            long limit = json.getLongValue();
            maxOutputTokens = maxOutputTokens == null ? limit : Math.max(maxOutputTokens, limit);
        }
    }

    private static boolean isLong(JsonParser json, JsonToken value) {
        return value == JsonToken.VALUE_NUMBER_INT
                && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
    }

    void end(Span bodyRange, List<Problem> problems) {
        range = bodyRange;
        if (!modelSeen) {
            problems.add(new Problem("body.model", "is missing"));
        }
    }

    /** To be called when no problem was found. */
    RequestLine toLine(byte[] record, String customId, Endpoint endpoint, JobOptions options) {
        return new RequestLine(
                record,
                customId,
                endpoint,
                Objects.requireNonNull(model),
                Objects.requireNonNull(modelValue),
                Objects.requireNonNull(range),
                maxOutputTokens,
                choices,
                options);
    }
}
