package dev.millrace.simulator.wire.body;

import dev.millrace.simulator.answer.content.ToolCall;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** An item in the output of an OpenAI response. */
sealed interface ResponseItem {
    /** Returns the item's unique id. */
    String id();

    /**
     * Returns the item as an unstreamed response contains it.
     *
     * @param status {@code completed} or {@code incomplete}
     */
    ObjectNode complete(String status);

    /** Returns the item at the beginning of a stream, without its content. */
    ObjectNode empty();

    /** Returns the events between the item's first and last event. */
    List<ObjectNode> content(int index);

    /** Returns all events of the item, without sequence numbers. */
    default List<ObjectNode> events(int index, String status) {
        List<ObjectNode> events = new ArrayList<>();
        events.add(typed("response.output_item.added").put("output_index", index));
        events.getLast().set("item", empty());
        events.addAll(content(index));
        events.add(typed("response.output_item.done").put("output_index", index));
        events.getLast().set("item", complete(status));
        return events;
    }

    /** Returns an event about the content of this item. */
    private ObjectNode inItem(String type, int index) {
        return typed(type).put("item_id", id()).put("output_index", index);
    }

    private static ObjectNode typed(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    /** A message with one part: text, or a refusal. */
    record Message(String id, String text, boolean isRefusal) implements ResponseItem {
        @Override
        public ObjectNode complete(String status) {
            ObjectNode item = head(status);
            item.withArray("content").add(part(text));
            return item;
        }

        @Override
        public ObjectNode empty() {
            return head("in_progress");
        }

        @Override
        public List<ObjectNode> content(int index) {
            String kind = isRefusal ? "response.refusal" : "response.output_text";
            List<ObjectNode> events = new ArrayList<>();
            ObjectNode added = inPart("response.content_part.added", index);
            events.add(added.set("part", part("")));
            for (String piece : TextChunks.of(text)) {
                events.add(withLogprobs(inPart(kind + ".delta", index).put("delta", piece)));
            }
            String field = isRefusal ? "refusal" : "text";
            events.add(withLogprobs(inPart(kind + ".done", index).put(field, text)));
            ObjectNode done = inPart("response.content_part.done", index);
            events.add(done.set("part", part(text)));
            return events;
        }

        private ObjectNode head(String status) {
            ObjectNode item =
                    typed("message").put("id", id).put("status", status).put("role", "assistant");
            item.putArray("content");
            return item;
        }

        private ObjectNode part(String content) {
            if (isRefusal) {
                return typed("refusal").put("refusal", content);
            }
            ObjectNode part = typed("output_text").put("text", content);
            part.putArray("annotations");
            return withLogprobs(part);
        }

        private ObjectNode inPart(String type, int index) {
            return ((ResponseItem) this).inItem(type, index).put("content_index", 0);
        }

        private ObjectNode withLogprobs(ObjectNode node) {
            if (!isRefusal) {
                node.putArray("logprobs");
            }
            return node;
        }
    }

    /** A function call. */
    record FunctionCall(String id, String callId, ToolCall call) implements ResponseItem {
        @Override
        public ObjectNode complete(String status) {
            return head("completed", call.arguments().toString());
        }

        @Override
        public ObjectNode empty() {
            return head("in_progress", "");
        }

        @Override
        public List<ObjectNode> content(int index) {
            String kind = "response.function_call_arguments";
            String arguments = call.arguments().toString();
            List<ObjectNode> events = new ArrayList<>();
            for (String piece : TextChunks.of(arguments)) {
                events.add(
                        ((ResponseItem) this).inItem(kind + ".delta", index).put("delta", piece));
            }
            events.add(
                    ((ResponseItem) this)
                            .inItem(kind + ".done", index)
                            .put("name", call.name())
                            .put("arguments", arguments));
            return events;
        }

        private ObjectNode head(String status, String arguments) {
            return typed("function_call")
                    .put("id", id)
                    .put("status", status)
                    .put("call_id", callId)
                    .put("name", call.name())
                    .put("arguments", arguments);
        }
    }

    /** Reasoning, with a summary when its text is not empty. */
    record Reasoning(String id, String text) implements ResponseItem {
        @Override
        public ObjectNode complete(String status) {
            ObjectNode item = empty();
            if (!text.isEmpty()) {
                item.withArray("summary").add(part(text));
            }
            return item;
        }

        @Override
        public ObjectNode empty() {
            ObjectNode item = typed("reasoning").put("id", id);
            item.putArray("summary");
            return item;
        }

        @Override
        public List<ObjectNode> content(int index) {
            List<ObjectNode> events = new ArrayList<>();
            if (text.isEmpty()) {
                return events;
            }
            ObjectNode added = inSummary("part.added", index);
            events.add(added.set("part", part("")));
            for (String piece : TextChunks.of(text)) {
                events.add(inSummary("text.delta", index).put("delta", piece));
            }
            events.add(inSummary("text.done", index).put("text", text));
            ObjectNode done = inSummary("part.done", index);
            events.add(done.set("part", part(text)));
            return events;
        }

        private static ObjectNode part(String content) {
            return typed("summary_text").put("text", content);
        }

        private ObjectNode inSummary(String type, int index) {
            return ((ResponseItem) this)
                    .inItem("response.reasoning_summary_" + type, index)
                    .put("summary_index", 0);
        }
    }
}
