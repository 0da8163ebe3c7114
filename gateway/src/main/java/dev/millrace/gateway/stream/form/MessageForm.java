package dev.millrace.gateway.stream.form;

import dev.millrace.contracts.chunk.Chunk;
import dev.millrace.wire.json.JsonTree;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Anthropic's message events.
 *
 * @see <a href="https://platform.claude.com/docs/en/build-with-claude/streaming">Reference</a>
 */
final class MessageForm implements StreamForm {
    private static final String TYPE = "type";
    private static final String CONTENT = "content";
    private static final String USAGE = "usage";
    private static final String INPUT = "input";
    private static final String TEXT = "text";
    private static final String THINKING = "thinking";
    private static final String SIGNATURE = "signature";
    private static final String STOP_REASON = "stop_reason";
    private static final String STOP_SEQUENCE = "stop_sequence";
    private static final String CONTENT_BLOCK = "content_block";

    private final Output out;
    private final Map<Integer, Block> blocks = new HashMap<>();
    private boolean isStarted;
    private boolean hasShownEnd;

    /** The sent part of a block. */
    private static final class Block {
        final ShownText texts = new ShownText();

        /** The input of a tool as it was sent: its bytes can differ from the result's bytes. */
        final StringBuilder input = new StringBuilder();

        boolean isStopped;
    }

    MessageForm(Output out) {
        this.out = out;
    }

    @Override
    public void onEvent(Chunk.Event event) throws IOException {
        ObjectNode data = StreamJson.parse(event.data()).orElseGet(JsonTree::object);
        switch (StreamJson.text(data, TYPE)) {
            case "message_stop" -> {
                return;
            }
            case "message_start" -> isStarted = true;
            case "message_delta" -> hasShownEnd = true;
            case "content_block_start" -> {
                Block block = block(data);
                addText(block, data.path(CONTENT_BLOCK), TEXT);
                addText(block, data.path(CONTENT_BLOCK), THINKING);
            }
            case "content_block_delta" -> {
                Block block = block(data);
                JsonNode delta = data.path("delta");
                addText(block, delta, TEXT);
                addText(block, delta, THINKING);
                addText(block, delta, SIGNATURE);
                block.input.append(StreamJson.text(delta, "partial_json"));
            }
            case "content_block_stop" -> block(data).isStopped = true;
            default -> {}
        }
        out.event(event.name(), event.data());
    }

    private Block block(JsonNode data) {
        return blocks.computeIfAbsent(data.path("index").asInt(0), _ -> new Block());
    }

    private static void addText(Block block, JsonNode object, String name) {
        String part = StreamJson.text(object, name);
        if (!part.isEmpty()) {
            block.texts.add(name, part);
        }
    }

    @Override
    public void end(byte[] body) throws IOException {
        end(StreamJson.parse(body).orElseGet(JsonTree::object));
    }

    private void end(ObjectNode answer) throws IOException {
        if (!hasShownEnd) {
            write(delta(answer));
        }
        ObjectNode stop = event("message_stop");
        if (answer.has(StreamJson.MILLRACE)) {
            stop.set(StreamJson.MILLRACE, answer.path(StreamJson.MILLRACE));
        }
        write(stop);
    }

    @Override
    public boolean complete(byte[] body) throws IOException {
        ObjectNode answer = StreamJson.parse(body).orElseGet(JsonTree::object);
        if (!isStarted) {
            write(start(answer));
        }
        JsonNode content = answer.path(CONTENT);
        for (int i = 0; i < content.size(); i++) {
            if (!complete(i, content.get(i))) {
                return false;
            }
        }
        end(answer);
        return true;
    }

    private static ObjectNode start(ObjectNode answer) {
        ObjectNode message =
                StreamJson.without(
                        answer, Set.of(CONTENT, STOP_REASON, STOP_SEQUENCE, StreamJson.MILLRACE));
        message.putArray(CONTENT);
        message.putNull(STOP_REASON);
        message.putNull(STOP_SEQUENCE);
        if (answer.path(USAGE) instanceof ObjectNode usage) {
            message.set(USAGE, StreamJson.without(usage, Set.of()).put("output_tokens", 0));
        }
        ObjectNode start = event("message_start");
        start.set("message", message);
        return start;
    }

    private static ObjectNode delta(ObjectNode answer) {
        ObjectNode end = event("message_delta");
        ObjectNode delta = end.putObject("delta");
        delta.set(STOP_REASON, answer.path(STOP_REASON));
        delta.set(STOP_SEQUENCE, answer.path(STOP_SEQUENCE));
        end.set(USAGE, answer.path(USAGE));
        return end;
    }

    /** Writes the rest of a block; false if the block does not continue its sent part. */
    private boolean complete(int index, JsonNode block) throws IOException {
        Block shown = blocks.get(index);
        if (shown != null && shown.isStopped) {
            return true;
        }
        if (shown == null) {
            ObjectNode start = event("content_block_start");
            start.put("index", index);
            start.set(CONTENT_BLOCK, emptied(block));
            write(start);
            shown = new Block();
        }
        if (block.path(INPUT).isObject() && !completeInput(index, block, shown)) {
            return false;
        }
        completeText(index, block, shown, TEXT);
        completeText(index, block, shown, THINKING);
        completeText(index, block, shown, SIGNATURE);
        ObjectNode stop = event("content_block_stop");
        stop.put("index", index);
        write(stop);
        return true;
    }

    private static ObjectNode emptied(JsonNode block) {
        ObjectNode emptied = StreamJson.without(block, Set.of());
        for (String name : Set.of(TEXT, THINKING, SIGNATURE)) {
            if (block.path(name).isString()) {
                emptied.put(name, "");
            }
        }
        if (block.path(INPUT).isObject()) {
            emptied.putObject(INPUT);
        }
        return emptied;
    }

    private boolean completeInput(int index, JsonNode block, Block shown) throws IOException {
        String input = block.path(INPUT).toString();
        if (!input.startsWith(shown.input.toString())) {
            return false;
        }
        String rest = input.substring(shown.input.length());
        if (!rest.isEmpty()) {
            delta(index, "input_json_delta", "partial_json", rest);
        }
        return true;
    }

    private void completeText(int index, JsonNode block, Block shown, String name)
            throws IOException {
        String rest = shown.texts.rest(name, StreamJson.text(block, name));
        if (!rest.isEmpty()) {
            delta(index, name + "_delta", name, rest);
        }
    }

    private void delta(int index, String type, String name, String text) throws IOException {
        ObjectNode event = event("content_block_delta");
        event.put("index", index);
        event.putObject("delta").put(TYPE, type).put(name, text);
        write(event);
    }

    private static ObjectNode event(String type) {
        return JsonTree.object().put(TYPE, type);
    }

    private void write(ObjectNode event) throws IOException {
        out.event(StreamJson.text(event, TYPE), JsonTree.bytes(event));
    }

    @Override
    public void fail(byte[] error) throws IOException {
        out.event("error", error);
    }
}
