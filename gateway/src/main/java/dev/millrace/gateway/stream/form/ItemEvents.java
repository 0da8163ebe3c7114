package dev.millrace.gateway.stream.form;

import java.io.IOException;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The events of one output item of a response whose tokens were not forwarded.
 *
 * @param index index of the item in the output
 */
record ItemEvents(int index, JsonNode item, Writer writer) {
    private static final String TYPE = "type";
    private static final String TEXT = "text";
    private static final String DELTA = "delta";
    private static final String ARGUMENTS = "arguments";
    private static final String CONTENT = "content";
    private static final String SUMMARY = "summary";
    private static final String REFUSAL = "refusal";

    /** Writes an event. */
    interface Writer {
        void write(String type, Consumer<ObjectNode> content) throws IOException;
    }

    void write() throws IOException {
        ObjectNode added = StreamJson.without(item, Set.of());
        String type = StreamJson.text(item, TYPE);
        if (item.has("status")) {
            added.put("status", "in_progress");
        }
        switch (type) {
            case "message" -> added.putArray(CONTENT);
            case "reasoning" -> added.putArray(SUMMARY);
            case "function_call" -> added.put(ARGUMENTS, "");
            default -> {}
        }
        onItem("response.output_item.added", added);
        switch (type) {
            case "message" -> content();
            case "reasoning" -> summary();
            case "function_call" -> arguments();
            default -> {}
        }
        onItem("response.output_item.done", item);
    }

    private void onItem(String type, JsonNode present) throws IOException {
        writer.write(
                type,
                it -> {
                    it.put("output_index", index);
                    it.set("item", present);
                });
    }

    private void arguments() throws IOException {
        String arguments = StreamJson.text(item, ARGUMENTS);
        part("response.function_call_arguments.delta", it -> it.put(DELTA, arguments));
        part("response.function_call_arguments.done", it -> it.put(ARGUMENTS, arguments));
    }

    private void content() throws IOException {
        JsonNode parts = item.path(CONTENT);
        for (int i = 0; i < parts.size(); i++) {
            JsonNode part = parts.get(i);
            boolean isRefusal = StreamJson.text(part, TYPE).equals(REFUSAL);
            String name = isRefusal ? REFUSAL : TEXT;
            String events = isRefusal ? "response.refusal" : "response.output_text";
            texts("response.content_part", events, "content_index", i, part, name);
        }
    }

    private void summary() throws IOException {
        JsonNode parts = item.path(SUMMARY);
        for (int i = 0; i < parts.size(); i++) {
            texts(
                    "response.reasoning_summary_part",
                    "response.reasoning_summary_text",
                    "summary_index",
                    i,
                    parts.get(i),
                    TEXT);
        }
    }

    private void texts(
            String partEvents,
            String textEvents,
            String indexName,
            int partIndex,
            JsonNode part,
            String name)
            throws IOException {
        String text = StreamJson.text(part, name);
        ObjectNode empty = StreamJson.without(part, Set.of()).put(name, "");
        part(partEvents + ".added", it -> it.put(indexName, partIndex).set("part", empty));
        if (!text.isEmpty()) {
            part(textEvents + ".delta", it -> it.put(indexName, partIndex).put(DELTA, text));
        }
        part(textEvents + ".done", it -> it.put(indexName, partIndex).put(name, text));
        part(partEvents + ".done", it -> it.put(indexName, partIndex).set("part", part));
    }

    private void part(String type, Consumer<ObjectNode> content) throws IOException {
        writer.write(
                type,
                it -> {
                    it.put("item_id", StreamJson.text(item, "id"));
                    it.put("output_index", index);
                    content.accept(it);
                });
    }
}
