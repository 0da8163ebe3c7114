package dev.millrace.producer.file;

import dev.millrace.contracts.json.JsonBytes;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Recognizes files of JSON objects that are no requests, such as the output of a batch, by the keys
 * that all of the first objects have or lack. Without this check, each line of such a file would be
 * reported.
 */
final class ForeignLines {
    /** Objects that are looked at. */
    private static final int MAX_OBJECTS = 100;

    private static final String BODY = "body";
    private static final String CUSTOM_ID = "custom_id";
    private static final String NO_URL =
            "has requests without url. Each line needs one, which says what the body is: add it with"
                    + " jq -c '.url = \"/v1/chat/completions\"'";
    private static final String TEXT_BODIES =
            "has requests whose body is a text instead of an object; decode it with"
                    + " jq -c '.body |= fromjson'";
    private static final String NO_ID =
            "has requests without custom_id. Each line needs one, by which its result is found;"
                    + " number them with jq -c '.custom_id = \"\\(input_line_number)\"'";

    /**
     * @param isObject returns true if an object of such a file has these keys; keys with null are
     *     left out
     * @param problem the kind of the file, and what to do
     */
    private record Kind(Predicate<Set<String>> isObject, String problem) {}

    /** Marks a body that is a text instead of an object. */
    private static final String TEXT_BODY = "body as text";

    private static final List<Kind> KINDS =
            List.of(
                    new Kind(
                            keys -> keys.contains("response") || keys.equals(Set.of("error")),
                            "has answers, not requests: it is the output of a batch. Name the input"
                                    + " file of that batch"),
                    new Kind(
                            keys -> keys.contains("params"),
                            "has requests of Anthropic's message batches. Write them as lines with"
                                    + " jq -c '{custom_id, url: \"/v1/messages\", body: .params}',"
                                    + " or post them to /v1/messages/batches of the gateway"),
                    new Kind(
                            keys -> keys.contains("requests"),
                            "is the body of a request to Anthropic's message batches. Write its"
                                    + " requests as lines with jq -c '.requests[] | {custom_id,"
                                    + " url: \"/v1/messages\", body: .params}', or post it to"
                                    + " /v1/messages/batches of the gateway"),
                    new Kind(
                            keys -> keys.contains("modelInput"),
                            "has lines of Amazon Bedrock (modelInput)" + FileSignature.WANTED),
                    new Kind(
                            keys -> keys.contains("request") || keys.contains("contents"),
                            "has lines of Google's batches" + FileSignature.WANTED),
                    new Kind(
                            keys -> keys.contains("messages") && !keys.contains(CUSTOM_ID),
                            "has bodies of requests, or examples for training. Write requests with"
                                    + " jq -c '{custom_id: \"\\(input_line_number)\", url:"
                                    + " \"/v1/chat/completions\", body: .}'"));

    private ForeignLines() {}

    /** Returns the problem that all objects have in common; empty if there is none. */
    static Optional<String> problem(List<byte[]> objects) {
        List<Set<String>> keys =
                objects.stream().limit(MAX_OBJECTS).map(ForeignLines::keys).toList();
        if (keys.isEmpty() || keys.stream().anyMatch(Set::isEmpty)) {
            return Optional.empty();
        }
        if (keys.stream().anyMatch(it -> it.contains(BODY))) {
            return keys.size() == 1 ? Optional.empty() : problemOfRequests(keys);
        }
        return problemWithoutBody(keys);
    }

    private static Optional<String> problemOfRequests(List<Set<String>> keys) {
        if (keys.stream().noneMatch(it -> it.contains(CUSTOM_ID))) {
            return Optional.of(NO_ID);
        }
        if (keys.stream().allMatch(it -> it.contains(TEXT_BODY))) {
            return Optional.of(TEXT_BODIES);
        }
        return keys.stream().noneMatch(it -> it.contains("url"))
                ? Optional.of(NO_URL)
                : Optional.empty();
    }

    /**
     * Returns the problem of a file from the beginning of its incomplete first object; empty for
     * none.
     *
     * @param from start of the object
     */
    static Optional<String> problemOfBeginning(byte[] start, int from) {
        var keys = new HashSet<String>();
        try (JsonParser json = JsonBytes.parser(start, from, start.length - from)) {
            addKeys(json, keys);
        } catch (JacksonException e) {
            // The keys before the end are known.
        }
        return keys.isEmpty() || keys.contains(BODY)
                ? Optional.empty()
                : problemWithoutBody(List.of(keys));
    }

    private static Optional<String> problemWithoutBody(List<Set<String>> keys) {
        return KINDS.stream()
                .filter(kind -> keys.stream().allMatch(kind.isObject()))
                .map(Kind::problem)
                .findFirst();
    }

    /** Returns the keys whose value is not null; empty if the object is not valid. */
    private static Set<String> keys(byte[] object) {
        var keys = new HashSet<String>();
        try (JsonParser json = JsonBytes.parser(object, 0, object.length)) {
            addKeys(json, keys);
            return keys;
        } catch (JacksonException e) {
            return Set.of();
        }
    }

    private static void addKeys(JsonParser json, Set<String> keys) {
        json.nextToken();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = json.currentName();
            JsonToken value = json.nextToken();
            if (value != JsonToken.VALUE_NULL) {
                keys.add(key);
            }
            if (value == JsonToken.VALUE_STRING && key.equals(BODY)) {
                keys.add(TEXT_BODY);
            }
            json.skipChildren();
        }
    }
}
