package dev.millrace.translation.messages;

import dev.millrace.translation.field.Fields;
import dev.millrace.wire.json.JsonTree;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Translates blocks into the parts of a chat message. Base64 is moved as text, never decoded.
 *
 * @see <a href="https://platform.openai.com/docs/guides/images-vision">Images</a>
 * @see <a href="https://platform.openai.com/docs/guides/pdf-files">PDF</a>
 */
final class ContentParts {
    private static final String TYPE = "type";
    private static final String TEXT = "text";
    private static final String BASE64 = "base64";
    private static final String PDF = "application/pdf";

    /** Chat completions want a name for a file. */
    private static final String DEFAULT_FILENAME = "document.pdf";

    private ContentParts() {}

    /** Returns the parts of a field that is a text or a list of blocks; none if it is absent. */
    static ArrayNode of(Fields fields, String key) {
        ArrayNode parts = JsonTree.array();
        boolean isText = fields.value(key).filter(JsonNode::isString).isPresent();
        if (isText) {
            return parts.add(text(fields.requiredText(key)));
        }
        fields.variants(key, TYPE).forEach(block -> parts.add(part(block)));
        return parts;
    }

    static ObjectNode part(Fields block) {
        return switch (block.kind()) {
            case "image" -> image(block);
            case "document" -> document(block);
            default -> text(block.requiredText(TEXT));
        };
    }

    static ObjectNode text(String text) {
        return JsonTree.object().put(TYPE, TEXT).put(TEXT, text);
    }

    private static ObjectNode image(Fields block) {
        ObjectNode part = JsonTree.object().put(TYPE, "image_url");
        source(block)
                .map(
                        source ->
                                source.kind().equals(BASE64)
                                        ? dataUrl(source)
                                        : source.requiredText("url"))
                .ifPresent(url -> part.putObject("image_url").put("url", url));
        return part;
    }

    private static ObjectNode document(Fields block) {
        ObjectNode part = JsonTree.object().put(TYPE, "file");
        ObjectNode file = part.putObject("file");
        file.put("filename", block.text("title").orElse(DEFAULT_FILENAME));
        source(block)
                .ifPresent(
                        source -> {
                            if (!source.requiredText("media_type").equals(PDF)) {
                                source.refuse("media_type", "must be " + PDF);
                            }
                            file.put("file_data", dataUrl(source));
                        });
        return part;
    }

    private static Optional<Fields> source(Fields block) {
        if (!block.has("source")) {
            block.refuse("source", "is missing");
        }
        return block.variant("source", TYPE);
    }

    private static String dataUrl(Fields source) {
        return "data:"
                + source.requiredText("media_type")
                + ";base64,"
                + source.requiredText("data");
    }

    /** Returns a single plain text as a string, which every server takes; null for no parts. */
    static JsonNode compact(ArrayNode parts) {
        if (parts.isEmpty()) {
            return NullNode.getInstance();
        }
        boolean isPlainText =
                parts.size() == 1 && parts.get(0).path(TYPE).asString("").equals(TEXT);
        return isPlainText ? parts.get(0).path(TEXT) : parts;
    }
}
