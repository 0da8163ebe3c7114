package dev.millrace.wire.stream;

import dev.millrace.wire.json.JsonTree;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The output items of a streamed response, by {@code output_index}. An item that came as a whole
 * replaces its pieces. Used by one thread.
 */
final class StreamedItems {
    private static final String PREFIX = "response.";
    private static final String DELTA = ".delta";
    private static final String DONE = ".done";
    private static final String TEXT = "text";

    private final HeldSize held;
    private final TreeMap<Integer, Item> items = new TreeMap<>();

    private static final class Item {
        ObjectNode json = JsonTree.object();
        boolean isWhole;

        /** Texts of the content parts, by position within the content. */
        final TreeMap<Integer, Part> content = new TreeMap<>();

        /** Texts of the summary of a reasoning. */
        final TreeMap<Integer, Part> summary = new TreeMap<>();

        /** Other texts, by their names within the item, such as arguments. */
        final Map<String, StringBuilder> texts = new LinkedHashMap<>();
    }

    /** One part of a content. */
    private static final class Part {
        ObjectNode json = JsonTree.object();
        String type = "";
        final StringBuilder text = new StringBuilder();
    }

    /** Creates the items of a response that has not begun. */
    StreamedItems(HeldSize held) {
        this.held = held;
    }

    /** Adds an event of the given type, which begins with {@code response.}. */
    EventStep accept(String type, ObjectNode data) {
        String name = type.substring(PREFIX.length());
        switch (name) {
            case "output_item.added" -> item(data).json = object(data.path("item"));
            case "output_item.done" -> whole(data);
            case "content_part.added", "content_part.done" ->
                    part(item(data).content, data, "content_index").json =
                            object(data.path("part"));
            case "reasoning_summary_part.added", "reasoning_summary_part.done" ->
                    part(item(data).summary, data, "summary_index").json =
                            object(data.path("part"));
            default -> addPiece(name, data);
        }
        return EventStep.accepted(name.endsWith(DELTA));
    }

    private static ObjectNode object(JsonNode value) {
        return value instanceof ObjectNode object ? object : JsonTree.object();
    }

    private Item item(ObjectNode data) {
        return items.computeIfAbsent(data.path("output_index").asInt(0), _ -> new Item());
    }

    private static Part part(Map<Integer, Part> parts, ObjectNode data, String index) {
        return parts.computeIfAbsent(data.path(index).asInt(0), _ -> new Part());
    }

    private void whole(ObjectNode data) {
        Item item = item(data);
        held.replace(item.json, data.path("item"));
        item.json = object(data.path("item"));
        item.isWhole = true;
    }

    /** Adds a piece of a text, or the whole text that replaces its pieces. */
    private void addPiece(String name, ObjectNode data) {
        if (!name.endsWith(DELTA) && !name.endsWith(DONE)) {
            return;
        }
        boolean isWhole = name.endsWith(DONE);
        String field = name.substring(0, name.lastIndexOf('.'));
        switch (field) {
            case "output_text", "refusal", "reasoning_text" ->
                    addText(field, isWhole, data, part(item(data).content, data, "content_index"));
            case "reasoning_summary_text" ->
                    addText(
                            "summary_text",
                            isWhole,
                            data,
                            part(item(data).summary, data, "summary_index"));
            case "function_call_arguments", "mcp_call_arguments" ->
                    set(item(data), "arguments", isWhole, data);
            case "custom_tool_call_input" -> set(item(data), "input", isWhole, data);
            default -> {}
        }
    }

    private void addText(String type, boolean isWhole, ObjectNode data, Part part) {
        part.type = type;
        String key = type.equals("refusal") ? type : TEXT;
        put(part.text, data.path(isWhole ? key : "delta").asString(""), isWhole);
    }

    private void set(Item item, String name, boolean isWhole, ObjectNode data) {
        var text = item.texts.computeIfAbsent(name, _ -> new StringBuilder());
        put(text, data.path(isWhole ? name : "delta").asString(""), isWhole);
    }

    private void put(StringBuilder text, String piece, boolean isWhole) {
        if (isWhole && piece.length() >= text.length()) {
            held.add(piece.substring(text.length()));
            text.setLength(0);
            text.append(piece);
        } else if (!isWhole) {
            held.add(piece);
            text.append(piece);
        }
    }

    /** Returns true if there are items, and all of them came as a whole. */
    boolean areWhole() {
        return !items.isEmpty() && items.values().stream().allMatch(it -> it.isWhole);
    }

    /** Returns the items in the order of their indices. */
    ArrayNode toJson() {
        ArrayNode output = JsonTree.array();
        items.values().forEach(item -> output.add(item.isWhole ? item.json : assembled(item)));
        return output;
    }

    private static ObjectNode assembled(Item item) {
        ObjectNode json = item.json;
        if (!json.has("type")) {
            json.put("type", item.content.isEmpty() ? "function_call" : "message");
        }
        if (json.path("type").asString("").equals("message")) {
            json.put("role", json.path("role").asString("assistant"));
        }
        if (!json.path("status").asString("completed").equals("completed")) {
            json.put("status", "completed");
        }
        addParts(json, "content", item.content);
        addParts(json, "summary", item.summary);
        item.texts.forEach((name, text) -> json.put(name, text.toString()));
        return json;
    }

    private static void addParts(ObjectNode json, String name, Map<Integer, Part> parts) {
        if (parts.isEmpty()) {
            return;
        }
        ArrayNode array = json.putArray(name);
        for (Part part : parts.values()) {
            ObjectNode content = part.json;
            if (!content.has("type")) {
                content.put("type", part.type);
            }
            String key = part.type.equals("refusal") ? part.type : TEXT;
            if (!part.text.isEmpty()) {
                content.put(key, part.text.toString());
            }
            array.add(content);
        }
    }
}
