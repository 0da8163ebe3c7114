package dev.millrace.gateway.stream.form;

import dev.millrace.contracts.chunk.Chunk;
import dev.millrace.wire.json.JsonTree;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The events of OpenAI's responses. The last event repeats the whole response, so it also completes
 * a stream with missing parts. It is made from the job's result, because some providers leave its
 * output empty.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/responses-streaming">Reference</a>
 */
final class ResponseForm implements StreamForm {
    private static final String TYPE = "type";
    private static final String SEQUENCE = "sequence_number";
    private static final String COMPLETED = "response.completed";
    private static final String INCOMPLETE = "response.incomplete";
    private static final String FAILED = "response.failed";
    private static final Set<String> LAST = Set.of(COMPLETED, INCOMPLETE, FAILED);

    private final Output out;
    private int nextSequence;

    ResponseForm(Output out) {
        this.out = out;
    }

    @Override
    public void onEvent(Chunk.Event event) throws IOException {
        ObjectNode data = StreamJson.parse(event.data()).orElseGet(JsonTree::object);
        if (LAST.contains(StreamJson.text(data, TYPE))) {
            return;
        }
        nextSequence = data.path(SEQUENCE).asInt(nextSequence) + 1;
        out.event(event.name(), event.data());
    }

    @Override
    public void end(byte[] body) throws IOException {
        var _ = complete(body);
    }

    @Override
    public boolean complete(byte[] body) throws IOException {
        ObjectNode response = StreamJson.parse(body).orElseGet(JsonTree::object);
        if (nextSequence == 0) {
            var started =
                    StreamJson.without(
                            response, Set.of("output", "usage", "status", StreamJson.MILLRACE));
            started.put("status", "in_progress");
            started.putArray("output");
            started.putNull("usage");
            write("response.created", it -> it.set("response", started));
            write("response.in_progress", it -> it.set("response", started));
            JsonNode output = response.path("output");
            for (int i = 0; i < output.size(); i++) {
                new ItemEvents(i, output.get(i), this::write).write();
            }
        }
        write(lastType(response), it -> it.set("response", response));
        return true;
    }

    private static String lastType(ObjectNode response) {
        return switch (StreamJson.text(response, "status")) {
            case "incomplete" -> INCOMPLETE;
            case "failed" -> FAILED;
            default -> COMPLETED;
        };
    }

    private void write(String type, Consumer<ObjectNode> content) throws IOException {
        ObjectNode event = JsonTree.object().put(TYPE, type).put(SEQUENCE, nextSequence++);
        content.accept(event);
        out.event(type, JsonTree.bytes(event));
    }

    @Override
    public void fail(byte[] error) throws IOException {
        JsonNode reported = StreamJson.parse(error).orElseGet(JsonTree::object).path("error");
        write(
                "error",
                it -> {
                    for (String name : List.of("code", "message", "param")) {
                        it.set(name, reported.path(name));
                    }
                });
    }
}
