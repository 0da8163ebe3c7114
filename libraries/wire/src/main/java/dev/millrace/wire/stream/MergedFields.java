package dev.millrace.wire.stream;

import dev.millrace.wire.json.JsonTree;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
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
import tools.jackson.databind.node.StringNode;

/**
 * An object whose fields arrive in pieces. Texts and lists are appended, objects are merged. A text
 * that is not known to arrive in pieces is appended only if it changes. For a label, such as a
 * role, the first value counts. Used by one thread.
 */
final class MergedFields {
    private static final String CONTENT = "content";

    /** A number above 0 as a text. */
    private static final Pattern POSITIVE = Pattern.compile("^(?=.*[1-9])[0-9]+(\\.[0-9]+)?");

    /** Audio in base64; each piece is encoded separately. */
    private static final String DATA = "data";

    /** Where the padding of one piece in base64 ends. */
    private static final Pattern END_OF_PADDING = Pattern.compile("(?<==)(?=[^=])");

    private static final Set<String> APPENDED =
            Set.of(
                    CONTENT,
                    "refusal",
                    "arguments",
                    // Of custom tools.
                    "input",
                    // Reasoning as named by DeepSeek, Qwen and vLLM, and by OpenRouter.
                    "reasoning_content",
                    "reasoning",
                    // Of the items of reasoning_details, and of parts of a content.
                    "text",
                    "summary",
                    "thinking",
                    DATA);

    /** Texts that never arrive in pieces. */
    private static final Set<String> LABELS =
            Set.of("id", "type", "role", "object", "model", "status", "format");

    private static final String TOOL_CALLS = "tool_calls";

    private final HeldSize held;
    private final ObjectNode fields = JsonTree.object();
    private final Map<String, StreamedText> texts = new LinkedHashMap<>();
    private final Map<String, MergedFields> objects = new LinkedHashMap<>();
    private final Map<String, StreamedList> lists = new LinkedHashMap<>();
    private @Nullable StreamedToolCalls toolCalls;
    private @Nullable StreamedContent content;

    MergedFields(HeldSize held) {
        this.held = held;
    }

    /** Sets a field, unless it is known and the new value is null, blank or an empty object. */
    static void replace(ObjectNode object, String key, JsonNode value, HeldSize held) {
        JsonNode known = object.path(key);
        boolean isBlank =
                value.isNull()
                        || (value.isObject() && value.isEmpty())
                        || (value.isString() && value.stringValue().isBlank());
        boolean isNews = known.isMissingNode() || (!isBlank && !value.equals(known));
        if (isNews) {
            held.replace(known, value);
            object.set(key, value);
        }
    }

    /**
     * Returns the last piece without the texts that repeat a whole text; the unchanged piece if
     * there is no repeated text.
     */
    JsonNode withoutRepeats(JsonNode piece) {
        var repeats =
                piece.properties().stream()
                        .filter(field -> isRepeat(field.getKey(), field.getValue()))
                        .map(Map.Entry::getKey)
                        .toList();
        return repeats.isEmpty() || !(piece instanceof ObjectNode object)
                ? piece
                : object.deepCopy().remove(repeats);
    }

    private boolean isRepeat(String key, JsonNode value) {
        StreamedText text = texts.get(key);
        return text != null && value.isString() && text.isRepeatedBy(value.stringValue());
    }

    /**
     * Adopts the counts of a later event. Only a count above 0 replaces one, since servers report a
     * count in one event, and 0, -1 or nothing in the others.
     */
    static void mergeCounts(ObjectNode counts, JsonNode later, HeldSize held) {
        for (Map.Entry<String, JsonNode> field : later.properties()) {
            JsonNode known = counts.path(field.getKey());
            JsonNode value = field.getValue();
            if (known instanceof ObjectNode inner && value.isObject()) {
                mergeCounts(inner, value, held);
            } else if (!isPositive(known) || isPositive(value)) {
                replace(counts, field.getKey(), value, held);
            }
        }
    }

    private static boolean isPositive(JsonNode value) {
        return value.isNumber()
                ? value.asDouble() > 0
                : POSITIVE.matcher(value.asString("").strip()).matches();
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
            case ArrayNode parts when isContent(key, parts) -> addParts(parts);
            case ArrayNode items -> addItems(key, items);
            case ObjectNode object ->
                    objects.computeIfAbsent(key, _ -> new MergedFields(held)).add(object);
            default -> {
                addScalar(key, known, value);
                yield Optional.empty();
            }
        };
    }

    private StreamedToolCalls toolCalls() {
        if (toolCalls == null) {
            toolCalls = new StreamedToolCalls(held);
        }
        return toolCalls;
    }

    /** Returns true for parts of a content without indexes. */
    private boolean isContent(String key, ArrayNode parts) {
        return key.equals(CONTENT)
                && !lists.containsKey(CONTENT)
                && (content != null || !StreamedList.isNumbered(parts));
    }

    private Optional<String> addParts(ArrayNode parts) {
        if (content == null) {
            StreamedText text = texts.remove(CONTENT);
            content = new StreamedContent(held, text == null ? "" : text.toString());
        }
        content.add(parts);
        return Optional.empty();
    }

    private Optional<String> addItems(String key, ArrayNode items) {
        StreamedList list = lists.computeIfAbsent(key, _ -> new StreamedList(held));
        StreamedText before = texts.remove(key);
        if (before != null) {
            list.append(StringNode.valueOf(before.toString()));
        }
        return list.add(items);
    }

    private void addScalar(String key, JsonNode known, JsonNode value) {
        if (!value.isString()) {
            fields.set(key, value);
            return;
        }
        String text = value.stringValue();
        if (key.equals(CONTENT) && content != null) {
            content.addText(text);
            return;
        }
        StreamedList list = lists.get(key);
        if (list != null) {
            list.append(value);
            return;
        }
        held.add(text);
        if (APPENDED.contains(key)) {
            texts.computeIfAbsent(key, _ -> new StreamedText()).add(text);
        } else if (texts.containsKey(key)) {
            texts.get(key).addUnlessWhole(text);
        } else {
            keepOrExtend(key, known.asString(""), text);
        }
    }

    private void keepOrExtend(String key, String known, String text) {
        if (known.isEmpty()) {
            fields.put(key, text);
        } else if (!text.isEmpty() && !text.equals(known) && !LABELS.contains(key)) {
            var extended = new StreamedText();
            extended.add(known);
            extended.add(text);
            texts.put(key, extended);
        }
    }

    /** Returns the first piece of a text field that is never appended; empty if there is none. */
    String text(String key) {
        return fields.path(key).asString("");
    }

    /** Returns the pieces so far of an appended text within an object; empty if there are none. */
    String appended(String object, String key) {
        MergedFields inner = objects.get(object);
        StreamedText text = inner == null ? null : inner.texts.get(key);
        return text == null ? "" : text.toString();
    }

    boolean isEmpty() {
        return fields.isEmpty();
    }

    ObjectNode toJson() {
        texts.forEach((key, text) -> fields.put(key, joined(key, text.toString())));
        objects.forEach((key, object) -> fields.set(key, object.toJson()));
        lists.forEach((key, list) -> fields.set(key, list.toJson()));
        if (toolCalls != null) {
            fields.set(TOOL_CALLS, toolCalls.toJson());
        }
        if (content != null) {
            fields.set(CONTENT, content.toJson());
        }
        return fields;
    }

    private static String joined(String key, String text) {
        if (!key.equals(DATA)) {
            return text;
        }
        var bytes = new ByteArrayOutputStream();
        try {
            END_OF_PADDING
                    .splitAsStream(text)
                    .forEach(piece -> bytes.writeBytes(Base64.getDecoder().decode(piece)));
        } catch (IllegalArgumentException e) {
            return text;
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
