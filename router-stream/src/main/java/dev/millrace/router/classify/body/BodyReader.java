package dev.millrace.router.classify.body;

import dev.millrace.contracts.catalog.Capability;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.job.RequestLine;
import java.util.EnumSet;
import java.util.Set;
import tools.jackson.core.JsonToken;

/** Reads the top-level fields of a body. Used once, by one thread. */
final class BodyReader {
    /** Fields, at any level, that can make a model read content outside the body. */
    private static final Set<String> EXTERNAL_CONTENT_FIELDS =
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

    /** Top-level fields that no model reads. */
    private static final Set<String> SETTINGS =
            Set.of(
                    "model",
                    "temperature",
                    "top_p",
                    "n",
                    "best_of",
                    "stop",
                    "seed",
                    "stream",
                    "stream_options",
                    "presence_penalty",
                    "frequency_penalty",
                    "logit_bias",
                    "logprobs",
                    "top_logprobs",
                    "user",
                    "safety_identifier",
                    "prompt_cache_key",
                    "prompt_cache_retention",
                    "metadata",
                    "store",
                    "service_tier",
                    "reasoning",
                    "reasoning_effort",
                    "verbosity",
                    "tool_choice",
                    "parallel_tool_calls",
                    "truncation",
                    "include",
                    "encoding_format",
                    "dimensions");

    private final Endpoint endpoint;
    private final RequestLine line;
    private final EnumSet<Capability> capabilities = EnumSet.noneOf(Capability.class);
    private long tokenIds;
    private long prompts;
    private long declaredBytes;
    private long toolCount;
    private long suffixBytes;
    private boolean readsExternalContent;
    private boolean isPlain = true;

    BodyReader(RequestLine line) {
        this.line = line;
        endpoint = line.endpoint();
    }

    RequestBody read() {
        try (var json = new BodyParser(line)) {
            var content = new ContentReader(json);
            json.next();
            while (json.nextProperty()) {
                readField(json, content);
            }
            return result(content);
        }
    }

    private RequestBody result(ContentReader content) {
        if (content.media().stream().anyMatch(it -> it.kind() == MediaItem.Kind.IMAGE)) {
            capabilities.add(Capability.IMAGES);
        }
        return new RequestBody(
                content.question(),
                content.texts(),
                content.messages(),
                content.namedMessages(),
                tokenIds,
                Math.max(1, prompts),
                declaredBytes,
                toolCount,
                Math.max(0, prompts - 1) * suffixBytes,
                content.media(),
                readsExternalContent || content.readsExternalContent(),
                isPlain && content.isPlain(),
                capabilities);
    }

    private void readField(BodyParser json, ContentReader content) {
        String name = json.name();
        JsonToken value = json.next();
        if (name.equals(endpoint.promptKey())) {
            readConversation(json, value, content);
        } else if (name.equals(endpoint.instructionsKey())) {
            content.read(name, value);
        } else {
            readField(json, name, value, content);
        }
        json.skip();
    }

    private void readField(BodyParser json, String name, JsonToken value, ContentReader content) {
        switch (name) {
            case "messages", "input", "prompt" -> {
                isPlain = false;
                // An object is a stored prompt of the responses API.
                readsExternalContent |= value == JsonToken.START_OBJECT;
                readOther(json, name, value);
            }
            case "system", "instructions" -> content.read(name, value);
            case "suffix" -> readSuffix(json, value, content);
            case "tools", "functions" -> readTools(json, value);
            case "response_format", "output_format" -> readFormat(json, value);
            case "text", "output_config" -> readSettings(json, value);
            default -> {
                isPlain &= SETTINGS.contains(name) || Endpoints.known().limitKeys().contains(name);
                readOther(json, name, value);
            }
        }
    }

    private void readConversation(BodyParser json, JsonToken value, ContentReader content) {
        if (value == JsonToken.VALUE_STRING) {
            content.readPrompt();
        } else if (value == JsonToken.START_ARRAY) {
            for (var item = json.next(); item != JsonToken.END_ARRAY; item = json.next()) {
                readItem(json, item, content);
            }
        } else {
            isPlain = false;
            readOther(json, "", value);
        }
    }

    /** Reads an item. A number is a token of a prompt; anything else is a prompt or message. */
    private void readItem(BodyParser json, JsonToken item, ContentReader content) {
        if (item == JsonToken.VALUE_NUMBER_INT) {
            tokenIds++;
            return;
        }
        prompts += endpoint.hasMessages() ? 0 : 1;
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

    /** Reads the text that follows the answer, which the model reads with each prompt. */
    private void readSuffix(BodyParser json, JsonToken value, ContentReader content) {
        content.read("suffix", value);
        suffixBytes = value == JsonToken.VALUE_STRING ? json.content().length() : 0;
    }

    private void readTools(BodyParser json, JsonToken value) {
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

    /** Reads a tool. Tools that the provider runs, such as a search, add text. */
    private void readTool(BodyParser json) {
        while (json.nextProperty()) {
            boolean isType = json.name().equals("type");
            boolean isString = json.next() == JsonToken.VALUE_STRING;
            if (isType && isString) {
                String type = json.string();
                readsExternalContent |= !type.equals("function") && !type.equals("custom");
            }
            json.skip();
        }
    }

    /** Reads settings, which may contain {@code format}. */
    private void readSettings(BodyParser json, JsonToken value) {
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

    private void readFormat(BodyParser json, JsonToken value) {
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

    private void readOther(BodyParser json, String name, JsonToken value) {
        readsExternalContent |=
                value != JsonToken.VALUE_NULL && EXTERNAL_CONTENT_FIELDS.contains(name);
        if (!value.isStructStart()) {
            return;
        }
        int depth = 1;
        while (depth > 0) {
            JsonToken token = json.next();
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            readsExternalContent |=
                    token == JsonToken.PROPERTY_NAME
                            && EXTERNAL_CONTENT_FIELDS.contains(json.name());
        }
    }
}
