package dev.millrace.contracts.job;

import dev.millrace.contracts.job.SplitOptions.OnFailedPart;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.json.KnownKeys;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads the {@code millrace.split} object of a line and reports all its problems. */
final class SplitReader {
    private static final KnownKeys KEYS =
            KnownKeys.of("size", "overlap", "reduce", "on_failed_part");
    private static final int MAX_PROMPT_CHARS = 16 * 1024;
    private static final int OVERLAP_SHARE = 4;

    private final JsonParser json;
    private final BiConsumer<String, String> problems;
    private @Nullable Integer size;
    private @Nullable Integer overlap;
    private @Nullable String joinPrompt;
    private OnFailedPart onFailedPart = OnFailedPart.FAIL;

    private SplitReader(JsonParser json, BiConsumer<String, String> problems) {
        this.json = json;
        this.problems = problems;
    }

    /**
     * Reads the value at the parser's current token, to its end.
     *
     * @param problems gets the key, such as {@code millrace.split.size}, and what its value must be
     * @return null if the value is no object
     */
    static @Nullable SplitOptions read(
            JsonParser json, JsonToken value, BiConsumer<String, String> problems) {
        if (value != JsonToken.START_OBJECT) {
            problems.accept(
                    "millrace.split",
                    "must be an object such as {} or {\"size\": 50000}, was "
                            + JsonBytes.describe(value));
            return null;
        }
        var reader = new SplitReader(json, problems);
        KEYS.read(json, reader::readValue, reader::problem);
        return reader.options();
    }

    private void readValue(String name, JsonToken value) {
        switch (name) {
            case "size" -> size = tokens(name, value, SplitOptions.MIN_SIZE);
            case "overlap" -> overlap = tokens(name, value, 0);
            case "reduce" -> {
                String text = value == JsonToken.VALUE_STRING ? json.getString() : "";
                if (text.isBlank() || text.length() > MAX_PROMPT_CHARS) {
                    problem(
                            name,
                            "must be a prompt of at most " + MAX_PROMPT_CHARS + " characters");
                } else {
                    joinPrompt = text;
                }
            }
            case "on_failed_part" -> {
                switch (value == JsonToken.VALUE_STRING ? json.getString() : "") {
                    case "fail" -> onFailedPart = OnFailedPart.FAIL;
                    case "omit" -> onFailedPart = OnFailedPart.OMIT;
                    default -> problem(name, "must be fail or omit");
                }
            }
            default -> problem(name, KEYS.unknown());
        }
    }

    private @Nullable Integer tokens(String name, JsonToken value, int min) {
        OptionalLong number =
                value.isNumeric() ? JsonBytes.wholeNumber(json) : OptionalLong.empty();
        if (number.isPresent()
                && number.getAsLong() >= min
                && number.getAsLong() <= SplitOptions.MAX_SIZE) {
            return (int) number.getAsLong();
        }
        problem(name, "must be a number of tokens from " + min + " to " + SplitOptions.MAX_SIZE);
        return null;
    }

    private SplitOptions options() {
        if (size != null && overlap != null && overlap > size / OVERLAP_SHARE) {
            problem("overlap", "must be at most a quarter of size");
        }
        return new SplitOptions(size, overlap, joinPrompt, onFailedPart);
    }

    private void problem(String key, String expected) {
        problems.accept("millrace.split." + key, expected);
    }
}
