package dev.millrace.router.cache.result;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.ProviderBody;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads the text of an answer to one question, from chat, message and response bodies. */
public final class AnswerText {
    private AnswerText() {}

    /** Returns the text of an answer; empty if it has none. */
    public static String of(Outcome outcome) {
        if (!(outcome instanceof Outcome.Answered(_, _, ProviderBody.Json(byte[] body), _, _))) {
            return "";
        }
        try (JsonParser json = JsonBytes.parser(body, 0, body.length)) {
            var text = new StringBuilder();
            json.nextToken();
            read(json, "", text);
            return text.toString();
        }
    }

    /** Reads the value at the parser's token. */
    private static void read(JsonParser json, String path, StringBuilder text) {
        JsonToken token = json.currentToken();
        if (token == JsonToken.START_OBJECT) {
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String key = path + "." + json.currentName();
                json.nextToken();
                read(json, key, text);
            }
        } else if (token == JsonToken.START_ARRAY) {
            for (JsonToken item = json.nextToken();
                    item != JsonToken.END_ARRAY && item != null;
                    item = json.nextToken()) {
                read(json, path, text);
            }
        } else if (token == JsonToken.VALUE_STRING && isText(path)) {
            text.append(json.getString());
        }
    }

    private static boolean isText(String path) {
        return path.equals(".choices.message.content")
                || path.equals(".choices.message.content.text")
                || path.equals(".content.text")
                || path.equals(".output.content.text");
    }
}
