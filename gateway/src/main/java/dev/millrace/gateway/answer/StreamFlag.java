package dev.millrace.gateway.answer;

import dev.millrace.contracts.json.JsonBytes;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Finds out whether a body has {@code "stream": true}. */
final class StreamFlag {
    private StreamFlag() {}

    /** Returns true if the body asks for a stream; false for an invalid body. */
    static boolean isSet(byte[] body) {
        try (JsonParser json = JsonBytes.parser(body, 0, body.length)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean found = json.currentName().equals("stream");
                JsonToken value = json.nextToken();
                if (found) {
                    return value == JsonToken.VALUE_TRUE;
                }
                json.skipChildren();
            }
            return false;
        } catch (JacksonException e) {
            return false;
        }
    }
}
