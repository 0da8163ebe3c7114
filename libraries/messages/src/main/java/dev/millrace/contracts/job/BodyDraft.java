package dev.millrace.contracts.job;

import dev.millrace.contracts.job.RequestLine.LimitKey;
import dev.millrace.contracts.json.JsonBytes;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Collects the needed fields of a request's body while its top-level fields are read. */
final class BodyDraft {
    /** The problem of a field that is absent or null. */
    static final String MISSING = "is missing";

    private static final int MAX_CHOICES_DIGITS = 18;
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1," + MAX_CHOICES_DIGITS + "}");

    private final int offset;
    private final PricedFields.Reader prices = new PricedFields.Reader();
    private @Nullable String model;
    private @Nullable Span modelValue;
    private @Nullable Span range;
    private @Nullable Long maxOutputTokens;
    private LimitKey limitKey = LimitKey.ABSENT;
    private long choices = 1;
    private boolean modelSeen;
    private boolean streamSeen;
    private boolean asksForStream;
    private boolean streamOptionsSeen;
    private boolean runsInBackground;

    BodyDraft(int offset) {
        this.offset = offset;
    }

    void readField(JsonParser json, LineProblems problems) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        switch (name) {
            case "model" -> readModel(json, value, problems);
            case "n", "best_of" -> readChoices(json, value);
            case "stream" -> readStream(value, problems);
            case "stream_options" -> readStreamOptions(value, problems);
            case "background" -> runsInBackground |= value == JsonToken.VALUE_TRUE;
            default -> {
                if (Endpoints.known().limitKeys().contains(name)) {
                    readLimit(json, value);
                } else {
                    prices.readField(json, name, value);
                }
            }
        }
        json.skipChildren();
    }

    private void readModel(JsonParser json, JsonToken value, LineProblems problems) {
        // Only one of the two values would be replaced before the body is sent to the provider.
        if (modelSeen) {
            problems.add("body.model", "appears twice");
        }
        modelSeen = true;
        if (value == JsonToken.VALUE_NULL) {
            problems.add("body.model", MISSING);
            return;
        }
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
        if (value == JsonToken.VALUE_NULL) {
            limitKey = limitKey == LimitKey.GIVEN ? LimitKey.GIVEN : LimitKey.NULL;
            return;
        }
        limitKey = LimitKey.GIVEN;
        // The provider rejects values of another type. Some programs write 100 as 100.0.
        OptionalLong limit = value.isNumeric() ? JsonBytes.wholeNumber(json) : OptionalLong.empty();
        if (limit.isPresent() && limit.getAsLong() >= 0) {
            maxOutputTokens =
                    Math.max(maxOutputTokens == null ? 0 : maxOutputTokens, limit.getAsLong());
        }
    }

    /**
     * Keeps the larger of {@code n} and {@code best_of}, because providers bill every choice. Some
     * providers accept 2.0 or "2" for 2.
     */
    private void readChoices(JsonParser json, JsonToken value) {
        if (value == JsonToken.VALUE_STRING && DIGITS.matcher(json.getString()).matches()) {
            choices = Math.max(choices, Long.parseLong(json.getString()));
        } else if (value.isNumeric()) {
            BigDecimal number = JsonBytes.decimal(json);
            choices = number == null ? Long.MAX_VALUE : Math.max(choices, ceiling(number));
        }
    }

    private void readStream(JsonToken value, LineProblems problems) {
        if (streamSeen) {
            problems.add("body.stream", "appears twice");
        }
        streamSeen = true;
        asksForStream = value == JsonToken.VALUE_TRUE;
        if (!value.isBoolean() && value != JsonToken.VALUE_NULL) {
            problems.add("body.stream", "must be true or false, was " + JsonBytes.describe(value));
        }
    }

    private void readStreamOptions(JsonToken value, LineProblems problems) {
        if (streamOptionsSeen) {
            problems.add("body.stream_options", "appears twice");
        }
        streamOptionsSeen = true;
        if (value != JsonToken.START_OBJECT && value != JsonToken.VALUE_NULL) {
            problems.add(
                    "body.stream_options", "must be an object, was " + JsonBytes.describe(value));
        }
    }

    /**
     * Checks the number of digits first, because expanding 1e999999999 would exhaust the memory.
     */
    private static long ceiling(BigDecimal number) {
        long digits = (long) number.precision() - number.scale();
        if (number.signum() <= 0 || digits <= 0) {
            return 1;
        }
        return digits > MAX_CHOICES_DIGITS
                ? Long.MAX_VALUE
                : number.setScale(0, RoundingMode.CEILING).longValue();
    }

    void end(Span bodyRange, LineProblems problems) {
        range = bodyRange;
        if (!modelSeen) {
            problems.add("body.model", MISSING);
        }
    }

    /** Returns true if the body has {@code "background": true}. */
    boolean runsInBackground() {
        return runsInBackground;
    }

    /** Creates the line. Must be called only if no problem was found. */
    RequestLine toLine(byte[] record, String customId, Endpoint endpoint, JobOptions options) {
        return new RequestLine(
                record,
                customId,
                endpoint,
                Objects.requireNonNull(model),
                Objects.requireNonNull(modelValue),
                Objects.requireNonNull(range),
                maxOutputTokens,
                limitKey,
                choices,
                asksForStream,
                streamSeen || streamOptionsSeen,
                endpoint.generates() ? prices.result() : PricedFields.NONE,
                options,
                options.maxCostUsd() != null);
    }
}
