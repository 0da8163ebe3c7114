package dev.millrace.router.classify.body;

import dev.millrace.contracts.job.Span;
import dev.millrace.router.classify.text.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * Reads messages: every string in them that is no id, kind or medium is text. Used once, by one
 * thread.
 */
final class ContentReading {
    private static final Set<String> NOT_TEXT =
            Set.of(
                    "type",
                    "role",
                    "id",
                    "call_id",
                    "tool_call_id",
                    "tool_use_id",
                    "status",
                    "signature",
                    "encrypted_content",
                    "ttl",
                    "detail",
                    "format",
                    "media_type");
    private static final Set<String> MEDIA =
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
                    "file_url",
                    "file_data",
                    "document",
                    "source");

    /** Names that let a model read what does not stand in the body. */
    private static final Set<String> ELSEWHERE =
            Set.of(
                    "file_ids",
                    "previous_response_id",
                    "conversation",
                    "container",
                    "mcp_servers",
                    "vector_store_ids",
                    "web_search_options");

    /** What a model passed to a function: names in it mean nothing to us. */
    private static final Set<String> ARGUMENTS = Set.of("input", "arguments", "parsed");

    private static final String ITEM_REFERENCE = "item_reference";

    private final BodyJson json;
    private final Texts texts;
    private final List<Medium> media = new ArrayList<>();
    private final Question question;
    private long messages;
    private long names;
    private boolean readsMore;

    ContentReading(BodyJson json) {
        this.json = json;
        texts = new Texts(json.record());
        question = new Question(json.record());
    }

    Texts texts() {
        return texts;
    }

    Texts question() {
        return question.texts();
    }

    List<Medium> media() {
        return media;
    }

    long messages() {
        return messages;
    }

    long names() {
        return names;
    }

    /** Whether something refers to what is not in the body, beside the media. */
    boolean readsMore() {
        return readsMore;
    }

    /** A prompt that is the current string. */
    void readPrompt() {
        addOwn();
        question.onEnd("user");
    }

    /** A message or item that is the current object. */
    void readMessage() {
        messages++;
        String role = "";
        while (json.nextProperty()) {
            String name = json.name();
            JsonToken value = json.next();
            switch (name) {
                case "role" -> role = json.string();
                case "type" -> readsMore |= json.string().equals(ITEM_REFERENCE);
                case "content" -> readContent(value);
                case "name" -> {
                    names++;
                    read(name, value);
                }
                default -> {
                    if (isMedium(name, value)) {
                        add(readMedium(name, value), "", "");
                    } else {
                        read(name, value);
                    }
                }
            }
            // What none of these takes, a number or an odd role.
            json.skip();
        }
        question.onEnd(role);
    }

    private void readContent(JsonToken value) {
        if (value == JsonToken.START_ARRAY) {
            for (var part = json.next(); part != JsonToken.END_ARRAY; part = json.next()) {
                readContent(part);
            }
        } else if (value == JsonToken.START_OBJECT) {
            readPart(true);
        } else if (value == JsonToken.VALUE_STRING) {
            addOwn();
        }
    }

    private void addOwn() {
        Span text = json.content();
        texts.add(text.start(), text.end());
        question.onText(text);
    }

    /**
     * Any value below a message.
     *
     * @param name of the property whose value it is, or in whose array it stands
     */
    void read(String name, JsonToken value) {
        if (value == JsonToken.START_ARRAY) {
            for (var item = json.next(); item != JsonToken.END_ARRAY; item = json.next()) {
                read(name, item);
            }
        } else if (value == JsonToken.START_OBJECT && ARGUMENTS.contains(name)) {
            readArguments();
        } else if (value == JsonToken.START_OBJECT) {
            readPart(false);
        } else if (value == JsonToken.VALUE_STRING && !NOT_TEXT.contains(name)) {
            addText();
        }
    }

    private void addText() {
        Span text = json.content();
        texts.add(text.start(), text.end());
    }

    private void readArguments() {
        int depth = 1;
        while (depth > 0) {
            JsonToken token = json.next();
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else if (token == JsonToken.VALUE_STRING) {
                addText();
            }
        }
    }

    /**
     * An object within a message.
     *
     * @param own whether its {@code text} is what the author of the message says
     */
    private void readPart(boolean own) {
        String type = "";
        String detail = "";
        MediumDraft medium = null;
        while (json.nextProperty()) {
            String name = json.name();
            JsonToken value = json.next();
            if (name.equals("type")) {
                type = json.string();
            } else if (name.equals("detail")) {
                detail = json.string();
            } else if (isMedium(name, value)) {
                add(medium, "", "");
                medium = readMedium(name, value);
            } else if (own && name.equals("text") && value == JsonToken.VALUE_STRING) {
                addOwn();
            } else {
                read(name, value);
            }
        }
        add(medium, type, detail);
    }

    private boolean isMedium(String name, JsonToken value) {
        readsMore |= ELSEWHERE.contains(name);
        return value != JsonToken.VALUE_NULL && MEDIA.contains(name);
    }

    private void add(@Nullable MediumDraft medium, String type, String detail) {
        if (medium != null) {
            medium.onDetail(detail);
            media.add(medium.finish(type));
        }
    }

    private @Nullable MediumDraft readMedium(String key, JsonToken value) {
        var draft = new MediumDraft(json.record(), key);
        if (value == JsonToken.VALUE_STRING) {
            if (!key.equals("file_id")) {
                draft.onUrl(json.content());
            }
            return draft;
        }
        if (value != JsonToken.START_OBJECT) {
            json.skip();
            return draft;
        }
        return readMediumObject(draft);
    }

    /** Null when it turns out to be text. */
    private @Nullable MediumDraft readMediumObject(MediumDraft draft) {
        String type = "";
        Span data = null;
        while (json.nextProperty()) {
            String name = json.name();
            JsonToken value = json.next();
            switch (name) {
                case "type" -> type = json.string();
                case "detail" -> draft.onDetail(json.string());
                case "media_type" -> draft.onMediaType(json.string());
                case "data" -> data = value == JsonToken.VALUE_STRING ? json.content() : null;
                case "url", "file_url", "file_data" -> {
                    if (value == JsonToken.VALUE_STRING) {
                        draft.onUrl(json.content());
                    }
                }
                case "content" -> read(name, value);
                default -> {}
            }
            json.skip();
        }
        return finish(draft, type, data);
    }

    private @Nullable MediumDraft finish(MediumDraft draft, String type, @Nullable Span data) {
        if (type.equals("content")) {
            return null;
        }
        if (data != null && type.equals("text")) {
            texts.add(data.start(), data.end());
            return null;
        }
        if (data != null) {
            draft.onData(data);
        }
        return draft;
    }
}
