package dev.millrace.gateway.stream.form;

import dev.millrace.contracts.chunk.Chunk;
import dev.millrace.contracts.job.AnswerForm;
import dev.millrace.wire.json.JsonTree;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Chunks in the form of the whole answer, such as those of OpenAI's completions.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/completions/create">Reference</a>
 */
final class CompletionForm implements StreamForm {
    private static final String USAGE = "usage";
    private static final String INDEX = "index";

    private final String content;
    private final String textKey;
    private final String endKey;
    private final boolean includesUsage;
    private final Output out;
    private final ShownText texts = new ShownText();
    private final Set<String> finished = new HashSet<>();
    private boolean hasShownUsage;

    CompletionForm(AnswerForm form, boolean includesUsage, Output out) {
        content = form.content();
        textKey = form.textKey();
        endKey = form.endKey();
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
            if (ChatForm.isUsage(chunk.get(), content)) {
                hasShownUsage = true;
                if (!includesUsage) {
                    return;
                }
            }
            for (JsonNode choice : chunk.get().path(content)) {
                texts.add(name(choice), StreamJson.text(choice, textKey));
                if (choice.hasNonNull(endKey)) {
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
        for (JsonNode choice : answer.path(content)) {
            if (!finished.contains(name(choice))) {
                ObjectNode rest = StreamJson.without(choice, Set.of());
                rest.put(textKey, texts.rest(name(choice), StreamJson.text(choice, textKey)));
                ObjectNode chunk = StreamJson.without(answer, Set.of(content, USAGE));
                chunk.putArray(content).add(rest);
                out.event(JsonTree.bytes(chunk));
            }
        }
        if (includesUsage && !hasShownUsage && answer.path(USAGE).isObject()) {
            ObjectNode chunk = StreamJson.without(answer, Set.of(content));
            chunk.putArray(content);
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
