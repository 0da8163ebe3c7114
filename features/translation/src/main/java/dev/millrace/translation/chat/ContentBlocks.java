package dev.millrace.translation.chat;

import dev.millrace.translation.field.Fields;
import dev.millrace.wire.json.JsonTree;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Translates the content of a message into blocks. Base64 is moved as text, never decoded.
 *
 * @see <a href="https://platform.claude.com/docs/en/build-with-claude/vision">Images</a>
 * @see <a href="https://platform.claude.com/docs/en/build-with-claude/pdf-support">PDF</a>
 */
final class ContentBlocks {
    private static final Pattern DATA_URL = Pattern.compile("data:([a-z]+/[a-z0-9.+-]+);base64,");

    /** Accepted types of images, and the names that messages have for them. */
    private static final Map<String, String> IMAGES =
            Map.of(
                    "image/jpeg", "image/jpeg",
                    "image/jpg", "image/jpeg",
                    "image/png", "image/png",
                    "image/gif", "image/gif",
                    "image/webp", "image/webp");

    private static final Map<String, String> PDF = Map.of("application/pdf", "application/pdf");
    private static final String CONTENT = "content";
    private static final String TEXT = "text";

    private ContentBlocks() {}

    /** Returns the blocks of a message's content; none if it has no content. */
    static ArrayNode of(Fields message) {
        ArrayNode blocks = JsonTree.array();
        boolean isText = message.value(CONTENT).filter(JsonNode::isString).isPresent();
        if (isText) {
            addText(message, CONTENT, blocks);
        } else {
            message.variants(CONTENT, "type").forEach(part -> addPart(part, blocks));
        }
        return blocks;
    }

    private static void addPart(Fields part, ArrayNode blocks) {
        switch (part.kind()) {
            case "image_url" ->
                    part.requiredObject("image_url").ifPresent(it -> blocks.add(image(it)));
            case "file" -> part.requiredObject("file").ifPresent(it -> blocks.add(document(it)));
            // A text or a refusal; its type is its key.
            default -> addText(part, part.kind(), blocks);
        }
    }

    /** Leaves an empty text out; messages refuse blank ones. */
    private static void addText(Fields fields, String key, ArrayNode blocks) {
        String text = fields.requiredText(key);
        if (text.isEmpty()) {
            return;
        }
        if (text.isBlank()) {
            fields.refuse(key, "must not be blank");
        }
        blocks.add(text(text));
    }

    static ObjectNode text(String text) {
        return JsonTree.object().put("type", TEXT).put(TEXT, text);
    }

    private static ObjectNode image(Fields image) {
        String url = image.requiredText("url");
        ObjectNode block = JsonTree.object().put("type", "image");
        Optional<ObjectNode> source = base64(url, IMAGES);
        if (source.isPresent()) {
            block.set("source", source.get());
        } else if (url.startsWith("https://") || url.startsWith("http://")) {
            block.putObject("source").put("type", "url").put("url", url);
        } else {
            image.refuse("url", "must be an http(s) URL, or a JPEG, PNG, GIF or WebP in base64");
        }
        return block;
    }

    private static ObjectNode document(Fields file) {
        ObjectNode block = JsonTree.object().put("type", "document");
        base64(file.text("file_data").orElse(""), PDF)
                .ifPresentOrElse(
                        source -> block.set("source", source),
                        () -> file.refuse("file_data", "must be a PDF as a data URL in base64"));
        file.copy("filename", block, "title");
        return block;
    }

    private static Optional<ObjectNode> base64(String url, Map<String, String> types) {
        Matcher matcher = DATA_URL.matcher(url);
        if (!matcher.lookingAt()) {
            return Optional.empty();
        }
        return Optional.ofNullable(types.get(matcher.group(1)))
                .map(
                        type ->
                                JsonTree.object()
                                        .put("type", "base64")
                                        .put("media_type", type)
                                        .put("data", url.substring(matcher.end())));
    }

    /** Returns a single plain text as a string, as most requests are written. */
    static JsonNode compact(ArrayNode blocks) {
        boolean isPlainText =
                blocks.size() == 1 && blocks.get(0).path("type").asString("").equals(TEXT);
        return isPlainText ? blocks.get(0).path(TEXT) : blocks;
    }
}
