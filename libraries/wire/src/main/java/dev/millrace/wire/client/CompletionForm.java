package dev.millrace.wire.client;

import dev.millrace.contracts.chunk.Chunk;
import dev.millrace.wire.json.JsonTree;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * OpenAI's completions; their chunks have the form of the whole answer.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/completions/create">Reference</a>
 */
final class CompletionForm implements StreamForm {
    private static final String CHOICES = "choices";
    private static final String USAGE = "usage";
    private static final String INDEX = "index";
    private static final String TEXT = "text";

    private final boolean includesUsage;
    private final Output out;
    private final ShownText texts = new ShownText();
    private final Set<String> finished = new HashSet<>();
    private boolean hasShownUsage;

    CompletionForm(boolean includesUsage, Output out) {
        this.includesUsage = includesUsage;
        this.out = out;
    }

    @Override
    public void onEvent(Chunk.Event event) throws IOException {
        if (Arrays.equals(event.data(), ChatForm.DONE)) {
            return;
        }
        var chunk = StreamJson.parse(event.data());
        if (chunk.isPresent()) {
            if (ChatForm.isUsage(chunk.get())) {
                hasShownUsage = true;
                if (!includesUsage) {
                    return;
                }
            }
            for (JsonNode choice : chunk.get().path(CHOICES)) {
                texts.add(name(choice), StreamJson.text(choice, TEXT));
                if (choice.hasNonNull("finish_reason")) {
                    finished.add(name(choice));
                }
            }
        }
        out.event(event.name(), event.data());
    }

    private static String name(JsonNode choice) {
        return choice.path(INDEX).toString();
    }

    @Override
    public void end(byte[] body) throws IOException {
        out.event(ChatForm.DONE);
    }

    @Override
    public boolean complete(byte[] body) throws IOException {
        ObjectNode answer = StreamJson.parse(body).orElseGet(JsonTree::object);
        for (JsonNode choice : answer.path(CHOICES)) {
            if (!finished.contains(name(choice))) {
                ObjectNode rest = StreamJson.without(choice, Set.of());
                rest.put(TEXT, texts.rest(name(choice), StreamJson.text(choice, TEXT)));
                ObjectNode chunk = StreamJson.without(answer, Set.of(CHOICES, USAGE));
                chunk.putArray(CHOICES).add(rest);
                out.event(JsonTree.bytes(chunk));
            }
        }
        if (includesUsage && !hasShownUsage && answer.path(USAGE).isObject()) {
            ObjectNode chunk = StreamJson.without(answer, Set.of(CHOICES));
            chunk.putArray(CHOICES);
            out.event(JsonTree.bytes(chunk));
        }
        out.event(ChatForm.DONE);
        return true;
    }

    @Override
    public void fail(byte[] error) throws IOException {
        out.event(error);
    }
}
