package dev.millrace.contracts.output;

import dev.millrace.contracts.json.JsonBytes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Finds the provider's body in a result line, and copies its bytes. */
final class ResponseBody {
    private ResponseBody() {}

    /** Returns the value of {@code response.body}; null if the line has none. */
    static byte @Nullable [] of(byte[] line) {
        try (JsonParser json = JsonBytes.parser(line, 0, line.length)) {
            return json.nextToken() == JsonToken.START_OBJECT
                            && enter(json, "response")
                            && json.currentToken() == JsonToken.START_OBJECT
                            && enter(json, "body")
                    ? copy(json, line)
                    : null;
        }
    }

    /** Moves from an object to the value of one of its properties. */
    private static boolean enter(JsonParser json, String name) {
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

    private static byte[] copy(JsonParser json, byte[] line) {
        int start = (int) json.currentTokenLocation().getByteOffset();
        if (json.currentToken().isScalarValue()) {
            // Reads the value to its end.
            var _ = json.getString();
        } else {
            json.skipChildren();
        }
        return Arrays.copyOfRange(line, start, (int) json.currentLocation().getByteOffset());
    }
}
