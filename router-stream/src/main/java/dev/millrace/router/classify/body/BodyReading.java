package dev.millrace.router.classify.body;

import dev.millrace.contracts.catalog.Capability;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import java.util.EnumSet;
import java.util.Set;
import tools.jackson.core.JsonToken;

/** Goes through the top-level fields of a body. Used once, by one thread. */
final class BodyReading {
    /** Names that let a model read what does not stand in the body, wherever they are. */
    private static final Set<String> ELSEWHERE =
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

    private final Endpoint endpoint;
    private final RequestLine line;
    private final EnumSet<Capability> capabilities = EnumSet.noneOf(Capability.class);
    private long tokenIds;
    private long prompts;
    private long declaredBytes;
    private long toolCount;
    private boolean readsMore;

    BodyReading(RequestLine line) {
        this.line = line;
        endpoint = line.endpoint();
    }

    RequestBody read() {
        try (var json = new BodyJson(line)) {
            var content = new ContentReading(json);
            json.next();
            while (json.nextProperty()) {
                readField(json, content);
            }
            return result(content);
        }
    }

    private RequestBody result(ContentReading content) {
        if (content.media().stream().anyMatch(it -> it.kind() == Medium.Kind.PICTURE)) {
            capabilities.add(Capability.IMAGES);
        }
        return new RequestBody(
                content.question(),
                content.texts(),
                content.messages(),
                content.names(),
                tokenIds,
                Math.max(1, prompts),
                declaredBytes,
                toolCount,
                content.media(),
                readsMore || content.readsMore(),
                capabilities);
    }

    private void readField(BodyJson json, ContentReading content) {
        String name = json.name();
        JsonToken value = json.next();
        switch (name) {
            case "messages", "input", "prompt" -> {
                if (name.equals(conversationKey())) {
                    readConversation(json, value, content);
                } else {
                    // A stored prompt of the responses API.
                    readsMore |= value == JsonToken.START_OBJECT;
                    readOther(json, name, value);
                }
            }
            case "system", "instructions", "suffix" -> content.read(name, value);
            case "tools", "functions" -> readTools(json, value);
            case "response_format", "output_format" -> readFormat(json, value);
            case "text", "output_config" -> readSettings(json, value);
            default -> readOther(json, name, value);
        }
        json.skip();
    }

    private String conversationKey() {
        return switch (endpoint) {
            case CHAT_COMPLETIONS, MESSAGES -> "messages";
            case RESPONSES, EMBEDDINGS -> "input";
            case COMPLETIONS -> "prompt";
        };
    }

    private void readConversation(BodyJson json, JsonToken value, ContentReading content) {
        if (value == JsonToken.VALUE_STRING) {
            content.readPrompt();
        } else if (value == JsonToken.START_ARRAY) {
            for (var item = json.next(); item != JsonToken.END_ARRAY; item = json.next()) {
                readItem(json, item, content);
            }
        } else {
            readOther(json, "", value);
        }
    }

    /** Numbers are the tokens of one prompt; anything else is a prompt or message of its own. */
    private void readItem(BodyJson json, JsonToken item, ContentReading content) {
        if (item == JsonToken.VALUE_NUMBER_INT) {
            tokenIds++;
            return;
        }
        prompts += endpoint == Endpoint.COMPLETIONS ? 1 : 0;
        if (item == JsonToken.VALUE_STRING) {
            content.readPrompt();
        } else if (item == JsonToken.START_OBJECT) {
            content.readMessage();
        } else if (item == JsonToken.START_ARRAY) {
            for (var id = json.next(); id != JsonToken.END_ARRAY; id = json.next()) {
                tokenIds++;
                json.skip();
            }
        }
    }

    private void readTools(BodyJson json, JsonToken value) {
        if (value != JsonToken.START_ARRAY) {
            return;
        }
        int start = json.start();
        for (var tool = json.next(); tool != JsonToken.END_ARRAY; tool = json.next()) {
            toolCount++;
            if (tool == JsonToken.START_OBJECT) {
                readTool(json);
            } else {
                json.skip();
            }
        }
        if (toolCount > 0) {
            capabilities.add(Capability.TOOLS);
        }
        declaredBytes += json.end() - start;
    }

    /** What the provider runs itself, a search for instance, brings text of its own. */
    private void readTool(BodyJson json) {
        while (json.nextProperty()) {
            boolean isType = json.name().equals("type");
            boolean isString = json.next() == JsonToken.VALUE_STRING;
            if (isType && isString) {
                String type = json.string();
                readsMore |= !type.equals("function") && !type.equals("custom");
            }
            json.skip();
        }
    }

    /** Settings, of which {@code format} is one. */
    private void readSettings(BodyJson json, JsonToken value) {
        if (value != JsonToken.START_OBJECT) {
            return;
        }
        while (json.nextProperty()) {
            boolean isFormat = json.name().equals("format");
            JsonToken setting = json.next();
            if (isFormat) {
                readFormat(json, setting);
            }
            json.skip();
        }
    }

    private void readFormat(BodyJson json, JsonToken value) {
        if (value != JsonToken.START_OBJECT) {
            return;
        }
        int start = json.start();
        while (json.nextProperty()) {
            boolean isType = json.name().equals("type");
            json.next();
            if (isType && json.string().equals("json_schema")) {
                capabilities.add(Capability.JSON_SCHEMA);
            }
            json.skip();
        }
        declaredBytes += json.end() - start;
    }

    private void readOther(BodyJson json, String name, JsonToken value) {
        readsMore |= value != JsonToken.VALUE_NULL && ELSEWHERE.contains(name);
        if (!value.isStructStart()) {
            return;
        }
        int depth = 1;
        while (depth > 0) {
            JsonToken token = json.next();
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            readsMore |= token == JsonToken.PROPERTY_NAME && ELSEWHERE.contains(json.name());
        }
    }
}
