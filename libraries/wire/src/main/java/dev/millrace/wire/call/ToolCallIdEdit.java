package dev.millrace.wire.call;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.json.JsonBytes;
import java.io.ByteArrayOutputStream;
import java.util.regex.Pattern;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Replaces the ids of tool calls in a chat completions body that a model refuses. Builds no tree,
 * and copies all other bytes unchanged. Used once, by one thread.
 */
final class ToolCallIdEdit {
    private static final String MESSAGES = "messages";
    private static final String TOOL_CALLS = "tool_calls";

    private final byte[] body;
    private final ToolCallIds ids;
    private final ByteArrayOutputStream out;

    /** End of the bytes that were written. */
    private int written;

    /**
     * Creates the edit of a body.
     *
     * @param body a JSON object; not modified
     * @param accepted the ids that the model accepts
     */
    ToolCallIdEdit(byte[] body, Pattern accepted) {
        this.body = body;
        this.ids = new ToolCallIds(accepted);
        this.out = new ByteArrayOutputStream(body.length);
    }

    byte[] run() {
        try (JsonParser json = JsonBytes.parser(body, 0, body.length)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean isConversation = json.currentName().equals(MESSAGES);
                if (json.nextToken() == JsonToken.START_ARRAY && isConversation) {
                    editMessages(json);
                }
                json.skipChildren();
            }
        }
        out.write(body, written, body.length - written);
        return out.toByteArray();
    }

    private void editMessages(JsonParser json) {
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() == JsonToken.START_OBJECT) {
                editMessage(json);
            }
            json.skipChildren();
        }
    }

    private void editMessage(JsonParser json) {
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = json.currentName();
            JsonToken value = json.nextToken();
            if (key.equals(TOOL_CALLS) && value == JsonToken.START_ARRAY) {
                editCalls(json);
            } else if (key.equals("tool_call_id") && value == JsonToken.VALUE_STRING) {
                replace(json, ids.ofResult(json.getString()));
            }
            json.skipChildren();
        }
    }

    private void editCalls(JsonParser json) {
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() == JsonToken.START_OBJECT) {
                editCall(json);
            }
            json.skipChildren();
        }
    }

    private void editCall(JsonParser json) {
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean isId = json.currentName().equals("id");
            if (json.nextToken() == JsonToken.VALUE_STRING && isId) {
                replace(json, ids.ofCall(json.getString()));
            }
            json.skipChildren();
        }
    }

    /** Writes the bytes before the current text, and another text in its place. */
    private void replace(JsonParser json, String id) {
        int start = (int) json.currentTokenLocation().getByteOffset();
        out.write(body, written, start - written);
        out.writeBytes(JsonBytes.quoted(id).getBytes(UTF_8));
        written = (int) json.currentLocation().getByteOffset();
    }
}
