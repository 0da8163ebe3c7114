package dev.millrace.gateway.figures;

import dev.millrace.contracts.json.JsonBytes;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Finds the message of a failed result: from Millrace, or in the body of the provider. */
final class FailureMessage {
    /** Longest message that is shown, in characters. */
    private static final int MAX_LENGTH = 300;

    private static final List<List<String>> PATHS =
            List.of(
                    List.of("error", "message"),
                    List.of("response", "body", "error", "message"),
                    List.of("response", "body", "message"));

    private FailureMessage() {}

    /** Returns the message of a stored result; empty if it has none. */
    static Optional<String> of(byte[] value) {
        return PATHS.stream().flatMap(it -> find(value, it).stream()).findFirst();
    }

    private static Optional<String> find(byte[] value, List<String> path) {
        try (JsonParser json = JsonBytes.parser(value, 0, value.length)) {
            json.nextToken();
            for (String name : path) {
                if (!enter(json, name)) {
                    return Optional.empty();
                }
            }
            return json.currentToken() == JsonToken.VALUE_STRING
                    ? Optional.of(shortened(json.getString()))
                    : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** Moves from an object to the value of one of its properties. */
    private static boolean enter(JsonParser json, String name) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return false;
        }
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean found = json.currentName().equals(name);
            json.nextToken();
            if (found) {
                return true;
            }
            json.skipChildren();
        }
        return false;
    }

    private static String shortened(String message) {
        if (message.length() <= MAX_LENGTH) {
            return message;
        }
        int end = Character.isHighSurrogate(message.charAt(MAX_LENGTH - 1)) ? 1 : 0;
        return message.substring(0, MAX_LENGTH - end) + "…";
    }
}
