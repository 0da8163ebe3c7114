package dev.millrace.router.cache.result;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.wire.error.ImpliedStatus;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Finds out why a model stopped, in the bodies of all wires. Chat and text completions name a
 * {@code finish_reason} for each choice, messages a {@code stop_reason}, and responses the reason
 * in {@code incomplete_details}.
 */
final class StopReasons {
    /** The provider withheld content, and possibly sends it when it is asked again. */
    private static final Set<String> WITHHELD = Set.of("content_filter", "refusal");

    private static final Set<String> OBJECTS =
            Set.of("choices", "choices.finish_reason", "incomplete_details");
    private static final Set<String> REASONS =
            Set.of(
                    "choices.finish_reason",
                    "choices.finish_reason.type",
                    "stop_reason",
                    "incomplete_details.reason");

    private StopReasons() {}

    /** Returns true if the provider has withheld or lost content of the answer. */
    static boolean areOfMissingContent(byte[] body) {
        try (JsonParser json = JsonBytes.parser(body, 0, body.length)) {
            return json.nextToken() == JsonToken.START_OBJECT && isFoundIn(json, "");
        }
    }

    private static boolean isFoundIn(JsonParser json, String path) {
        boolean isFound = false;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = path + json.currentName();
            JsonToken value = json.nextToken();
            if (value == JsonToken.VALUE_STRING) {
                isFound |= REASONS.contains(key) && isOfMissingContent(json.getString());
            } else if (OBJECTS.contains(key)) {
                isFound |= isFoundInObjects(json, value, key + ".");
            } else {
                json.skipChildren();
            }
        }
        return isFound;
    }

    /**
     * Returns true also for a choice that is unfinished: the worker accepts an answer with such a
     * choice if another choice is complete.
     */
    private static boolean isOfMissingContent(String reason) {
        return WITHHELD.contains(reason) || ImpliedStatus.isUnfinished(reason);
    }

    /** Reads an object, or the objects of an array. */
    private static boolean isFoundInObjects(JsonParser json, JsonToken value, String path) {
        if (value == JsonToken.START_OBJECT) {
            return isFoundIn(json, path);
        }
        boolean isFound = false;
        if (value == JsonToken.START_ARRAY) {
            for (JsonToken item = json.nextToken();
                    item != JsonToken.END_ARRAY && item != null;
                    item = json.nextToken()) {
                isFound |= isFoundInObjects(json, item, path);
            }
        }
        return isFound;
    }
}
