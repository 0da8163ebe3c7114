package dev.millrace.gateway.stream.form;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.chunk.Chunk;
import dev.millrace.contracts.job.AnswerForm;
import dev.millrace.wire.json.JsonTree;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Chunks with deltas, such as those of OpenAI's chat completions.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/chat-streaming">Reference</a>
 */
final class ChatForm implements StreamForm {
    static final byte[] DONE = "[DONE]".getBytes(UTF_8);

    private static final String USAGE = "usage";
    private static final String INDEX = "index";
    private static final String DELTA = "delta";
    private static final String TOOL_CALLS = "tool_calls";
    private static final String FUNCTION = "function";
    private static final String ARGUMENTS = "arguments";

    private final AnswerForm form;
    private final String content;
    private final String endKey;
    private final boolean includesUsage;
    private final Output out;
    private final Map<Integer, Shown> choices = new HashMap<>();
    private boolean hasShownUsage;

    /** The sent part of a choice. */
    private static final class Shown {
        final ShownText texts = new ShownText();
        final Map<Integer, ShownText> tools = new HashMap<>();
        boolean isFinished;
    }

    ChatForm(AnswerForm form, boolean includesUsage, Output out) {
        this.form = form;
        content = form.content();
        endKey = form.endKey();
        this.includesUsage = includesUsage;
        this.out = out;
    }

    @Override
    public void onEvent(Chunk.Event event) throws IOException {
        if (Arrays.equals(event.data(), DONE)) {
            return;
        }
        var chunk = StreamJson.parse(event.data());
        if (chunk.isPresent()) {
            if (isUsage(chunk.get(), content)) {
                hasShownUsage = true;
                if (!includesUsage) {
                    return;
                }
            }
            chunk.get().path(content).forEach(this::remember);
        }
        out.event(event.name(), event.data());
    }

    /**
     * Returns true for the chunk without choices that reports the usage, for which workers always
     * ask.
     */
    static boolean isUsage(JsonNode chunk, String content) {
        return chunk.path(USAGE).isObject() && chunk.path(content).isEmpty();
    }

    private void remember(JsonNode choice) {
        Shown shown = shown(choice);
        for (var field : choice.path(DELTA).properties()) {
            if (field.getKey().equals(TOOL_CALLS)) {
                for (JsonNode tool : field.getValue()) {
                    shown.tools
                            .computeIfAbsent(tool.path(INDEX).asInt(0), _ -> new ShownText())
                            .add(ARGUMENTS, StreamJson.text(tool.path(FUNCTION), ARGUMENTS));
                }
            } else {
                shown.texts.add(
                        field.getKey(), StreamJson.text(choice.path(DELTA), field.getKey()));
            }
        }
        shown.isFinished |= choice.hasNonNull(endKey);
    }

    private Shown shown(JsonNode choice) {
        return choices.computeIfAbsent(choice.path(INDEX).asInt(0), _ -> new Shown());
    }

    @Override
    public void end(byte[] body) throws IOException {
        writeSources(StreamJson.parse(body).orElseGet(JsonTree::object));
        out.event(DONE);
    }

    /** Writes the sources in a chunk with an empty delta, which clients read like any other. */
    private void writeSources(ObjectNode answer) throws IOException {
        if (answer.has(StreamJson.MILLRACE)) {
            ObjectNode chunk = chunk(answer);
            ObjectNode part = chunk.putArray(content).addObject();
            part.put(INDEX, 0).putObject(DELTA);
            part.putNull(endKey);
            chunk.set(StreamJson.MILLRACE, answer.path(StreamJson.MILLRACE));
            out.event(JsonTree.bytes(chunk));
        }
    }

    @Override
    public boolean complete(byte[] body) throws IOException {
        ObjectNode answer = StreamJson.parse(body).orElseGet(JsonTree::object);
        for (JsonNode choice : answer.path(content)) {
            complete(answer, choice);
        }
        writeSources(answer);
        if (includesUsage && !hasShownUsage && answer.path(USAGE).isObject()) {
            ObjectNode chunk = chunk(answer);
            chunk.putArray(content);
            chunk.set(USAGE, answer.path(USAGE));
            out.event(JsonTree.bytes(chunk));
        }
        out.event(DONE);
        return true;
    }

    private void complete(ObjectNode answer, JsonNode choice) throws IOException {
        Shown shown = shown(choice);
        if (shown.isFinished) {
            return;
        }
        boolean isWhole = shown.texts.isEmpty() && shown.tools.isEmpty();
        ObjectNode delta = rest(choice.path("message"), shown, isWhole);
        if (!delta.isEmpty()) {
            JsonNode logprobs = choice.path("logprobs");
            write(answer, choice, delta, isWhole && logprobs.isObject() ? logprobs : null, null);
        }
        write(answer, choice, JsonTree.object(), null, choice.path(endKey));
    }

    private void write(
            ObjectNode answer,
            JsonNode choice,
            ObjectNode delta,
            @Nullable JsonNode logprobs,
            @Nullable JsonNode finishReason)
            throws IOException {
        ObjectNode chunk = chunk(answer);
        ObjectNode part = chunk.putArray(content).addObject();
        part.put(INDEX, choice.path(INDEX).asInt(0));
        part.set(DELTA, delta);
        part.set("logprobs", logprobs);
        part.set(endKey, finishReason);
        out.event(JsonTree.bytes(chunk));
    }

    private ObjectNode chunk(ObjectNode answer) {
        ObjectNode chunk =
                StreamJson.without(answer, Set.of(content, USAGE, "object", StreamJson.MILLRACE));
        chunk.put("object", form.type() + ".chunk");
        return chunk;
    }

    private static ObjectNode rest(JsonNode message, Shown shown, boolean isWhole) {
        ObjectNode delta = JsonTree.object();
        for (var field : message.properties()) {
            String name = field.getKey();
            JsonNode value = field.getValue();
            if (name.equals(TOOL_CALLS)) {
                addTools(value, shown, delta);
            } else if (isWhole) {
                delta.set(name, value);
            } else if (value.isString() && !name.equals("role")) {
                String rest = shown.texts.rest(name, value.stringValue());
                if (!rest.isEmpty()) {
                    delta.put(name, rest);
                }
            } else if (!value.isNull() && !shown.texts.has(name)) {
                delta.set(name, value);
            }
        }
        return delta;
    }

    private static void addTools(JsonNode tools, Shown shown, ObjectNode delta) {
        var rest = JsonTree.object().putArray(TOOL_CALLS);
        for (int i = 0; i < tools.size(); i++) {
            JsonNode tool = tools.get(i);
            ShownText sent = shown.tools.get(i);
            if (sent == null) {
                ObjectNode whole = JsonTree.object();
                whole.put(INDEX, i);
                tool.properties().forEach(it -> whole.set(it.getKey(), it.getValue()));
                rest.add(whole);
                continue;
            }
            String missing = sent.rest(ARGUMENTS, StreamJson.text(tool.path(FUNCTION), ARGUMENTS));
            if (!missing.isEmpty()) {
                ObjectNode part = rest.addObject();
                part.put(INDEX, i);
                part.putObject(FUNCTION).put(ARGUMENTS, missing);
            }
        }
        if (!rest.isEmpty()) {
            delta.set(TOOL_CALLS, rest);
        }
    }

    @Override
    public void fail(byte[] error) throws IOException {
        out.event(error);
    }
}
