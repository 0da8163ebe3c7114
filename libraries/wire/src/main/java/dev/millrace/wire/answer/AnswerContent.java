package dev.millrace.wire.answer;

import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.wire.error.ImpliedStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the answer in a result, by the forms of all endpoints, because a result does not name its
 * endpoint.
 */
public final class AnswerContent {
    private AnswerContent() {}

    /** Returns the text of an answer; empty if it has none. */
    public static String text(Outcome outcome) {
        return String.join("", find(Endpoints.known().texts(), outcome));
    }

    /**
     * Returns true if the provider has withheld or lost content of the answer, in one of its
     * choices at least: the worker accepts an answer if another choice is complete.
     */
    public static boolean isMissing(Outcome outcome) {
        Set<String> withheld = Endpoints.known().withheld();
        return find(Endpoints.known().reasons(), outcome).stream()
                .anyMatch(it -> withheld.contains(it) || ImpliedStatus.isUnfinished(it));
    }

    /** Returns the texts at any of the paths, in the order of the body. */
    private static List<String> find(Set<String> paths, Outcome outcome) {
        if (!(outcome instanceof Outcome.Answered(_, _, ProviderBody.Json(byte[] body), _, _))) {
            return List.of();
        }
        try (JsonParser json = JsonBytes.parser(body, 0, body.length)) {
            var found = new ArrayList<String>();
            json.nextToken();
            addTexts(json, "", paths, found);
            return found;
        }
    }

    private static void addTexts(
            JsonParser json, String path, Set<String> paths, List<String> found) {
        JsonToken value = json.currentToken();
        if (value == JsonToken.START_OBJECT) {
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                String key = path.isEmpty() ? name : path + "." + name;
                json.nextToken();
                if (paths.stream().anyMatch(it -> it.startsWith(key))) {
                    addTexts(json, key, paths, found);
                } else {
                    json.skipChildren();
                }
            }
        } else if (value == JsonToken.START_ARRAY) {
            while (json.nextToken() != JsonToken.END_ARRAY) {
                addTexts(json, path, paths, found);
            }
        } else if (value == JsonToken.VALUE_STRING && paths.contains(path)) {
            found.add(json.getString());
        }
    }
}
