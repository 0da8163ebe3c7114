package dev.millrace.contracts.retrieval;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.json.KnownKeys;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads the {@code millrace.retrieval} object of a line and reports all its problems. */
public final class RetrievalOptionsReader {
    static final KnownKeys KEYS =
            KnownKeys.of("collection", "top_k", "filter", "place", "on_empty", "empty_answer");

    private final JsonParser json;
    private final BiConsumer<String, String> problems;
    private @Nullable String collection;
    private boolean hasCollection;
    private int topK = RetrievalOptions.DEFAULT_TOP_K;
    private Map<String, String> filter = Map.of();
    private ContextPlace place = new ContextPlace.Instructions();
    private OnEmpty onEmpty = OnEmpty.Answer.DEFAULT;
    private @Nullable String emptyAnswer;
    private boolean isValid = true;

    private RetrievalOptionsReader(JsonParser json, BiConsumer<String, String> problems) {
        this.json = json;
        this.problems = problems;
    }

    /**
     * Reads the object that starts at the parser's current token, to its end.
     *
     * @param problems gets the key, such as {@code retrieval.top_k}, and what its value must be
     * @return null if there is a problem
     */
    public static @Nullable RetrievalOptions read(
            JsonParser json, BiConsumer<String, String> problems) {
        var reader = new RetrievalOptionsReader(json, problems);
        KEYS.read(json, reader::readValue, reader::problem);
        return reader.options();
    }

    private @Nullable RetrievalOptions options() {
        if (!hasCollection) {
            problem("collection", "is missing");
        }
        require(
                emptyAnswer == null || onEmpty instanceof OnEmpty.Answer,
                "empty_answer",
                "needs on_empty \"answer\", the default");
        return isValid && collection != null
                ? new RetrievalOptions(
                        collection,
                        topK,
                        filter,
                        place,
                        emptyAnswer == null ? onEmpty : new OnEmpty.Answer(emptyAnswer))
                : null;
    }

    private void readValue(String name, JsonToken value) {
        switch (name) {
            case "collection" -> {
                hasCollection = true;
                collection = text(value);
                require(CollectionNames.isCollection(collection), name, CollectionNames.RULE);
            }
            case "top_k" -> {
                long number = value.isNumeric() ? JsonBytes.wholeNumber(json).orElse(0) : 0;
                boolean isInRange = number >= 1 && number <= RetrievalOptions.MAX_TOP_K;
                topK = isInRange ? (int) number : topK;
                require(
                        isInRange,
                        name,
                        "must be a whole number from 1 to " + RetrievalOptions.MAX_TOP_K);
            }
            case "filter" -> require(readFilter(value), name, CollectionNames.METADATA_RULE);
            case "place" -> {
                var given = ContextPlace.of(text(value));
                require(
                        given.isPresent(),
                        name,
                        "must be \"system\", \"user\" or a placeholder such as \"{{passages}}\"");
                place = given.orElse(place);
            }
            case "on_empty" -> {
                var given = OnEmpty.of(text(value));
                require(given.isPresent(), name, "must be \"answer\", \"call\" or \"fail\"");
                onEmpty = given.orElse(onEmpty);
            }
            case "empty_answer" -> {
                emptyAnswer = JsonBytes.encodable(text(value));
                require(
                        !emptyAnswer.isBlank() && emptyAnswer.length() <= OnEmpty.MAX_ANSWER_CHARS,
                        name,
                        "must be a text of 1 to " + OnEmpty.MAX_ANSWER_CHARS + " characters");
            }
            default -> problem(JsonBytes.encodable(name), KEYS.unknown());
        }
    }

    private boolean readFilter(JsonToken value) {
        if (value != JsonToken.START_OBJECT) {
            return false;
        }
        var values = new HashMap<String, String>();
        boolean isFilter = true;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = json.currentName();
            JsonToken token = json.nextToken();
            isFilter =
                    isFilter
                            && token == JsonToken.VALUE_STRING
                            && values.size() < CollectionNames.MAX_ENTRIES
                            && CollectionNames.isMetadata(key, json.getString())
                            && values.put(key, json.getString()) == null;
            json.skipChildren();
        }
        filter = values;
        return isFilter;
    }

    private String text(JsonToken value) {
        return value == JsonToken.VALUE_STRING ? json.getString() : "";
    }

    private void require(boolean condition, String key, String expected) {
        if (!condition) {
            problem(key, expected);
        }
    }

    private void problem(String key, String expected) {
        isValid = false;
        problems.accept("retrieval." + key, expected);
    }
}
