package dev.millrace.router.classify.body;

import dev.millrace.contracts.job.Span;
import dev.millrace.router.classify.text.TextSpans;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * Reads messages. Every string that is not an id, a type or media is text. Used once, by one
 * thread.
 */
final class ContentReader {
    private static final Set<String> NON_TEXT_FIELDS =
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
    private static final Set<String> MEDIA_FIELDS =
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

    /** Fields that can make a model read content outside the body. */
    private static final Set<String> EXTERNAL_CONTENT_FIELDS =
            Set.of(
                    "file_ids",
                    "previous_response_id",
                    "conversation",
                    "container",
                    "mcp_servers",
                    "vector_store_ids",
                    "web_search_options");

    /** Fields with a model's arguments to a function, in which field names have no meaning. */
    private static final Set<String> ARGUMENT_FIELDS = Set.of("input", "arguments", "parsed");

    /** Roles of one token. */
    private static final Set<String> ROLES =
            Set.of("system", "developer", "user", "assistant", "tool", "function");

    private static final String ITEM_REFERENCE = "item_reference";

    private final BodyParser json;
    private final TextSpans texts;
    private final List<MediaItem> media = new ArrayList<>();
    private final QuestionFinder question;
    private long messages;
    private long namedMessages;
    private boolean readsExternalContent;
    private boolean isPlain = true;

    ContentReader(BodyParser json) {
        this.json = json;
        texts = new TextSpans(json.record());
        question = new QuestionFinder(json.record());
    }

    TextSpans texts() {
        return texts;
    }

    TextSpans question() {
        return question.texts();
    }

    List<MediaItem> media() {
        return media;
    }

    long messages() {
        return messages;
    }

    long namedMessages() {
        return namedMessages;
    }

    /** Returns true if anything besides media refers to content that is not in the body. */
    boolean readsExternalContent() {
        return readsExternalContent;
    }

    /** Returns true if the messages have only texts, so that {@link #texts} is all of them. */
    boolean isPlain() {
        return isPlain;
    }

    /** Reads the current string as a prompt. */
    void readPrompt() {
        addAuthorText();
        question.onMessageEnd("user");
    }

    /** Reads the current object as a message or item. */
    void readMessage() {
        messages++;
        String role = "";
        while (json.nextProperty()) {
            String name = json.name();
            JsonToken value = json.next();
            switch (name) {
                case "role" -> {
                    role = json.string();
                    // Another role can be long, and a template writes it into the prompt.
                    isPlain &= ROLES.contains(role);
                }
                case "type" -> readsExternalContent |= json.string().equals(ITEM_REFERENCE);
                case "content" -> readContent(value);
                case "name" -> {
                    namedMessages++;
                    read(name, value);
                }
                default -> {
                    isPlain = false;
                    if (isMediaItem(name, value)) {
                        add(readMediaItem(name, value), "", "");
                    } else {
                        read(name, value);
                    }
                }
            }
            // Skips values that no case has read, such as a number or an object as role.
            json.skip();
        }
        question.onMessageEnd(role);
    }

    private void readContent(JsonToken value) {
        if (value == JsonToken.START_ARRAY) {
            for (var part = json.next(); part != JsonToken.END_ARRAY; part = json.next()) {
                readContent(part);
            }
        } else if (value == JsonToken.START_OBJECT) {
            readPart(true);
        } else if (value == JsonToken.VALUE_STRING) {
            addAuthorText();
        }
    }

    private void addAuthorText() {
        Span text = json.content();
        texts.add(text.start(), text.end());
        question.onText(text);
    }

    /**
     * Reads any value within a message.
     *
     * @param name name of the property that holds the value or its array
     */
    void read(String name, JsonToken value) {
        if (value == JsonToken.START_ARRAY) {
            for (var item = json.next(); item != JsonToken.END_ARRAY; item = json.next()) {
                read(name, item);
            }
        } else if (value == JsonToken.START_OBJECT && ARGUMENT_FIELDS.contains(name)) {
            readArguments();
        } else if (value == JsonToken.START_OBJECT) {
            readPart(false);
        } else if (value == JsonToken.VALUE_STRING && !NON_TEXT_FIELDS.contains(name)) {
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
     * Reads an object within a message.
     *
     * @param isAuthorText true if its {@code text} is text of the message's author
     */
    private void readPart(boolean isAuthorText) {
        String type = "";
        String detail = "";
        MediaItemBuilder builder = null;
        while (json.nextProperty()) {
            String name = json.name();
            JsonToken value = json.next();
            isPlain &= name.equals("type") || name.equals("text");
            if (name.equals("type")) {
                type = json.string();
            } else if (name.equals("detail")) {
                detail = json.string();
            } else if (isMediaItem(name, value)) {
                add(builder, "", "");
                builder = readMediaItem(name, value);
            } else if (isAuthorText && name.equals("text") && value == JsonToken.VALUE_STRING) {
                addAuthorText();
            } else {
                read(name, value);
            }
        }
        add(builder, type, detail);
    }

    private boolean isMediaItem(String name, JsonToken value) {
        readsExternalContent |= EXTERNAL_CONTENT_FIELDS.contains(name);
        return value != JsonToken.VALUE_NULL && MEDIA_FIELDS.contains(name);
    }

    private void add(@Nullable MediaItemBuilder builder, String type, String detail) {
        if (builder != null) {
            builder.onDetail(detail);
            media.add(builder.build(type));
        }
    }

    private @Nullable MediaItemBuilder readMediaItem(String key, JsonToken value) {
        var builder = new MediaItemBuilder(json.record(), key);
        if (value == JsonToken.VALUE_STRING) {
            if (!key.equals("file_id")) {
                builder.onUrl(json.content());
            }
            return builder;
        }
        if (value != JsonToken.START_OBJECT) {
            json.skip();
            return builder;
        }
        return readMediaObject(builder);
    }

    /** Reads an object as media; returns null if it is text. */
    private @Nullable MediaItemBuilder readMediaObject(MediaItemBuilder builder) {
        String type = "";
        Span data = null;
        while (json.nextProperty()) {
            String name = json.name();
            JsonToken value = json.next();
            switch (name) {
                case "type" -> type = json.string();
                case "detail" -> builder.onDetail(json.string());
                case "media_type" -> builder.onMediaType(json.string());
                case "data" -> data = value == JsonToken.VALUE_STRING ? json.content() : null;
                case "url", "file_url", "file_data" -> {
                    if (value == JsonToken.VALUE_STRING) {
                        builder.onUrl(json.content());
                    }
                }
                case "content" -> read(name, value);
                default -> {}
            }
            json.skip();
        }
        return applyType(builder, type, data);
    }

    private @Nullable MediaItemBuilder applyType(
            MediaItemBuilder builder, String type, @Nullable Span data) {
        if (type.equals("content")) {
            return null;
        }
        if (data != null && type.equals("text")) {
            texts.add(data.start(), data.end());
            return null;
        }
        if (data != null) {
            builder.onData(data);
        }
        return builder;
    }
}
