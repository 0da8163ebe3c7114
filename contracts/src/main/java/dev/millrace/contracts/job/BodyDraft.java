package dev.millrace.contracts.job;

import dev.millrace.contracts.json.JsonBytes;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Gathers what is needed of a request's body while its top-level fields go by. */
final class BodyDraft {
    private static final int MAX_CHOICES_DIGITS = 18;

    private final int offset;
    private @Nullable String model;
    private @Nullable Span modelValue;
    private @Nullable Span range;
    private @Nullable Long maxOutputTokens;
    private boolean namesLimit;
    private long choices = 1;
    private boolean modelSeen;

    BodyDraft(int offset) {
        this.offset = offset;
    }

    void readField(JsonParser json, Problems problems) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        switch (name) {
            case "model" -> readModel(json, value, problems);
            case "max_tokens", "max_completion_tokens", "max_output_tokens" ->
                    readLimit(json, value);
            case "n", "best_of" -> readChoices(json, value);
            case "stream" -> {
                if (value == JsonToken.VALUE_TRUE) {
                    problems.add(
                            "body.stream", "must not be true: a batch line gets one whole answer");
                }
            }
            default -> {}
        }
        json.skipChildren();
    }

    private void readModel(JsonParser json, JsonToken value, Problems problems) {
        // Only one of two would be replaced on the way to the provider.
        if (modelSeen) {
            problems.add("body.model", "is given twice");
        }
        modelSeen = true;
        if (value != JsonToken.VALUE_STRING || json.getString().isBlank()) {
            problems.add(
                    "body.model",
                    "must be the name of a model, an alias, or \"auto\", was "
                            + JsonBytes.describe(value));
            return;
        }
        model = json.getString();
        modelValue =
                new Span(
                        offset + (int) json.currentTokenLocation().getByteOffset(),
                        offset + (int) json.currentLocation().getByteOffset());
    }

    private void readLimit(JsonParser json, JsonToken value) {
        namesLimit = true;
        // A value of another kind is for the provider to refuse.
        if (isLong(json, value) && json.getLongValue() >= 0) {
            long limit = json.getLongValue();
            maxOutputTokens = maxOutputTokens == null ? limit : Math.max(maxOutputTokens, limit);
        }
    }

    /** Providers bill each; some take 2.0 for 2, and the larger of both names counts. */
    private void readChoices(JsonParser json, JsonToken value) {
        if (value.isNumeric()) {
            choices = Math.max(choices, ceiling(json.getDecimalValue()));
        }
    }

    /** The digits first: writing out 1e999999999 would take all memory. */
    private static long ceiling(BigDecimal number) {
        long digits = (long) number.precision() - number.scale();
        if (number.signum() <= 0 || digits <= 0) {
            return 1;
        }
        return digits > MAX_CHOICES_DIGITS
                ? Long.MAX_VALUE
                : number.setScale(0, RoundingMode.CEILING).longValue();
    }

    private static boolean isLong(JsonParser json, JsonToken value) {
        return value == JsonToken.VALUE_NUMBER_INT
                && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
    }

    void end(Span bodyRange, Problems problems) {
        range = bodyRange;
        if (!modelSeen) {
            problems.add("body.model", "is missing");
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
                namesLimit,
                choices,
                options);
    }
}
