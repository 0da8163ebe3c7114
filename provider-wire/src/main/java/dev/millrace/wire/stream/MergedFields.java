package dev.millrace.wire.stream;

import dev.millrace.wire.json.JsonTree;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An object whose fields arrive in pieces. Known texts and all arrays are appended, objects are
 * merged. Any other text must stay the same: whether its pieces belong together is not known, and a
 * guess could assemble a wrong answer. Used by one thread.
 */
final class MergedFields {
    private static final String CONTENT = "content";
    private static final Pattern ZERO = Pattern.compile("0+(\\.0+)?");

    private static final Set<String> APPENDED =
            Set.of(
                    CONTENT,
                    "refusal",
                    "arguments",
                    // Of custom tools.
                    "input",
                    // Reasoning as named by DeepSeek, Qwen and vLLM, and by OpenRouter.
                    "reasoning_content",
                    "reasoning");

    /** Sent whole by most providers, repeated by some, and in pieces by others. */
    private static final String NAME = "name";

    private static final String TOOL_CALLS = "tool_calls";

    private final HeldSize held;
    private final ObjectNode fields = JsonTree.object();
    private final Map<String, StringBuilder> texts = new LinkedHashMap<>();
    private final Map<String, MergedFields> objects = new LinkedHashMap<>();
    private @Nullable StreamedToolCalls toolCalls;
    private @Nullable StreamedContent content;

    MergedFields(HeldSize held) {
        this.held = held;
    }

    /** Sets a field, unless it is known and the new value is null or an empty object. */
    static void replace(ObjectNode object, String key, JsonNode value, HeldSize held) {
        JsonNode known = object.path(key);
        boolean isBlank = value.isNull() || (value.isObject() && value.isEmpty());
        boolean isNews = known.isMissingNode() || (!isBlank && !value.equals(known));
        if (isNews) {
            held.replace(known, value);
            object.set(key, value);
        }
    }

    /**
     * Takes over the counts of a later event. A count of 0 is no news, since servers report a count
     * in one event and 0 in the others.
     */
    static void mergeCounts(ObjectNode counts, JsonNode later, HeldSize held) {
        for (Map.Entry<String, JsonNode> field : later.properties()) {
            JsonNode known = counts.path(field.getKey());
            JsonNode value = field.getValue();
            if (known instanceof ObjectNode inner && value.isObject()) {
                mergeCounts(inner, value, held);
            } else if (known.isMissingNode() || known.isNull() || !isZero(value)) {
                replace(counts, field.getKey(), value, held);
            }
        }
    }

    /** Returns true for 0 as a number or a text. */
    private static boolean isZero(JsonNode value) {
        return value.isNumber()
                ? value.asDouble() == 0
                : ZERO.matcher(value.asString("")).matches();
    }

    /** Adds a piece. Returns why the piece does not fit the earlier ones; empty if it fits. */
    Optional<String> add(ObjectNode piece) {
        for (Map.Entry<String, JsonNode> field : piece.properties()) {
            Optional<String> problem = add(field.getKey(), field.getValue());
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private Optional<String> add(String key, JsonNode value) {
        JsonNode known = fields.path(key);
        if (known.isMissingNode()) {
            fields.putNull(key);
        }
        return switch (value) {
            case NullNode _ -> Optional.empty();
            case ArrayNode calls when key.equals(TOOL_CALLS) -> toolCalls().add(calls);
            case ArrayNode parts when key.equals(CONTENT) -> addParts(parts);
            case ArrayNode array -> addItems(key, known, array);
            case ObjectNode object ->
                    objects.computeIfAbsent(key, _ -> new MergedFields(held)).add(object);
            default -> addScalar(key, known, value);
        };
    }

    private StreamedToolCalls toolCalls() {
        if (toolCalls == null) {
            toolCalls = new StreamedToolCalls(held);
        }
        return toolCalls;
    }

    private Optional<String> addParts(ArrayNode parts) {
        if (content == null) {
            StringBuilder text = texts.remove(CONTENT);
            content = new StreamedContent(held, text == null ? "" : text);
        }
        content.add(parts);
        return Optional.empty();
    }

    private Optional<String> addItems(String key, JsonNode known, ArrayNode items) {
        if (texts.containsKey(key)) {
            return Optional.of(key + " is both a text and a list");
        }
        held.add(items);
        if (known instanceof ArrayNode list) {
            list.addAll(items);
        } else {
            fields.set(key, items);
        }
        return Optional.empty();
    }

    private Optional<String> addScalar(String key, JsonNode known, JsonNode value) {
        if (!value.isString()) {
            fields.set(key, value);
            return Optional.empty();
        }
        String text = value.stringValue();
        if (known.isArray()) {
            return Optional.of(key + " is both a text and a list");
        }
        if (key.equals(CONTENT) && content != null) {
            content.addText(text);
            return Optional.empty();
        }
        if (APPENDED.contains(key)) {
            held.add(text);
            texts.computeIfAbsent(key, _ -> new StringBuilder()).append(text);
            return Optional.empty();
        }
        return keepOrExtend(key, known.asString(""), text);
    }

    private Optional<String> keepOrExtend(String key, String known, String text) {
        if (known.isEmpty()) {
            held.add(text);
            fields.put(key, text);
        } else if (!text.isEmpty() && !text.equals(known)) {
            if (!key.equals(NAME)) {
                return Optional.of(key + " changes within the answer");
            }
            held.add(text);
            fields.put(key, known + text);
        }
        return Optional.empty();
    }

    /** Returns the first piece of a text field that is never appended; empty if there is none. */
    String text(String key) {
        return fields.path(key).asString("");
    }

    /** Returns the pieces so far of an appended text within an object; empty if there are none. */
    String appended(String object, String key) {
        MergedFields inner = objects.get(object);
        StringBuilder text = inner == null ? null : inner.texts.get(key);
        return text == null ? "" : text.toString();
    }

    boolean isEmpty() {
        return fields.isEmpty();
    }

    ObjectNode toJson() {
        texts.forEach((key, text) -> fields.put(key, text.toString()));
        objects.forEach((key, object) -> fields.set(key, object.toJson()));
        if (toolCalls != null) {
            fields.set(TOOL_CALLS, toolCalls.toJson());
        }
        if (content != null) {
            fields.set(CONTENT, content.toJson());
        }
        return fields;
    }
}
