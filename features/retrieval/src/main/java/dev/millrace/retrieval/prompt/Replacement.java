package dev.millrace.retrieval.prompt;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Replaces a placeholder by the sources. Used for one prompt, by one thread. */
final class Replacement {
    private final String placeholder;
    private final String sources;
    private long charsLeft;

    /**
     * @param maxChars most characters of sources; a prompt can have millions of placeholders
     */
    Replacement(String placeholder, String sources, long maxChars) {
        this.placeholder = placeholder;
        this.sources = sources;
        charsLeft = maxChars;
    }

    String placeholder() {
        return placeholder;
    }

    /**
     * Returns a value with the sources in the texts that have the placeholder; null if none has.
     *
     * @throws PromptException if the prompt becomes too long
     */
    @Nullable JsonNode in(JsonNode value) throws PromptException {
        if (value.isString()) {
            String text = value.stringValue();
            return text.contains(placeholder) ? StringNode.valueOf(replaced(text)) : null;
        }
        boolean isReplaced = false;
        if (value instanceof ArrayNode list) {
            for (int i = 0; i < list.size(); i++) {
                @Nullable JsonNode item = in(list.get(i));
                if (item != null) {
                    list.set(i, item);
                    isReplaced = true;
                }
            }
        } else if (value instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> it : object.properties()) {
                @Nullable JsonNode item = in(it.getValue());
                if (item != null) {
                    it.setValue(item);
                    isReplaced = true;
                }
            }
        }
        return isReplaced ? value : null;
    }

    private String replaced(String text) throws PromptException {
        for (int at = text.indexOf(placeholder);
                at >= 0;
                at = text.indexOf(placeholder, at + placeholder.length())) {
            charsLeft -= sources.length();
            if (charsLeft < 0) {
                throw new PromptException(
                        "the placeholder "
                                + placeholder
                                + " occurs so often that the line with its passages would be longer"
                                + " than topics.max_request_bytes");
            }
        }
        return text.replace(placeholder, sources);
    }
}
