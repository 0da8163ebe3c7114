package dev.millrace.router.plan;

import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.json.JsonBytes;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Tells whether a body may make a model read more than the text that it holds: media, files,
 * earlier conversations, tools that the provider runs itself.
 *
 * <p>Errs on the side of yes: a property of a tool's schema that has one of these names counts too.
 */
final class OutsideContent {
    private static final Set<String> KEYS =
            Set.of(
                    "image_url",
                    "image",
                    "image_file",
                    "input_audio",
                    "audio",
                    "video",
                    "video_url",
                    "file",
                    "file_id",
                    "file_ids",
                    "file_url",
                    "file_data",
                    "document",
                    "source",
                    "previous_response_id",
                    "conversation",
                    "container",
                    "mcp_servers",
                    "vector_store_ids",
                    "web_search_options");
    private static final Set<String> PLAIN_TOOLS = Set.of("function", "custom");

    private OutsideContent() {}

    static boolean isIn(RequestLine line) {
        try (JsonParser json =
                JsonBytes.parser(line.bytes(), line.body().start(), line.body().length())) {
            return isIn(json);
        }
    }

    private static boolean isIn(JsonParser json) {
        int depth = 0;
        for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else if (token == JsonToken.PROPERTY_NAME && isOutside(json, depth)) {
                return true;
            }
        }
        return false;
    }

    /** Leaves the parser at the name, or at the end of the tools. */
    private static boolean isOutside(JsonParser json, int depth) {
        String name = json.currentName();
        if (depth == 1 && name.equals("tools")) {
            return hasProvidersOwnTool(json);
        }
        if (depth == 1 && name.equals("prompt")) {
            // A stored prompt of the responses API; the text or tokens of the completions API else.
            return json.nextToken() == JsonToken.START_OBJECT || skipped(json);
        }
        return KEYS.contains(name);
    }

    private static boolean skipped(JsonParser json) {
        json.skipChildren();
        return false;
    }

    private static boolean hasProvidersOwnTool(JsonParser json) {
        if (json.nextToken() != JsonToken.START_ARRAY) {
            return skipped(json);
        }
        boolean found = false;
        for (var next = json.nextToken(); next != JsonToken.END_ARRAY; next = json.nextToken()) {
            if (next == JsonToken.START_OBJECT) {
                found |= isProvidersOwn(json);
            } else {
                json.skipChildren();
            }
        }
        return found;
    }

    private static boolean isProvidersOwn(JsonParser json) {
        boolean found = false;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean isType = json.currentName().equals("type");
            JsonToken value = json.nextToken();
            found |=
                    isType
                            && value == JsonToken.VALUE_STRING
                            && !PLAIN_TOOLS.contains(json.getString());
            json.skipChildren();
        }
        return found;
    }
}
