package dev.millrace.wire.stream;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.wire.json.JsonTree;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Assembles the chunks of OpenAI's chat completions and completions. Of a field beside the choices
 * the last value that is not null counts; usage comes in a chunk of its own, without choices, or in
 * every chunk with the counts so far.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/chat-streaming">Reference</a>
 */
final class ChunkAssembler implements EventAssembler {
    private static final String CHOICES = "choices";
    private static final String USAGE = "usage";

    private final Endpoint endpoint;
    private final HeldSize held;
    private final ObjectNode body = JsonTree.object();
    private final TreeMap<Integer, StreamedChoice> choices = new TreeMap<>();

    ChunkAssembler(Endpoint endpoint, HeldSize held) {
        this.endpoint = endpoint;
        this.held = held;
    }

    @Override
    public EventStep accept(ObjectNode chunk) {
        for (Map.Entry<String, JsonNode> field : chunk.properties()) {
            switch (field.getKey()) {
                // Random characters that hide the length of the content.
                case CHOICES, "obfuscation" -> {}
                case "object" -> body.put("object", objectType());
                case USAGE -> addCounts(field.getValue());
                default -> MergedFields.replace(body, field.getKey(), field.getValue(), held);
            }
        }
        if (!body.has(CHOICES)) {
            body.set(CHOICES, JsonTree.array());
        }
        return acceptChoices(chunk.path(CHOICES));
    }

    private void addCounts(JsonNode usage) {
        if (body.path(USAGE) instanceof ObjectNode known) {
            MergedFields.mergeCounts(known, usage, held);
        } else {
            MergedFields.replace(body, USAGE, usage, held);
        }
    }

    private String objectType() {
        return endpoint == Endpoint.COMPLETIONS ? "text_completion" : "chat.completion";
    }

    private EventStep acceptChoices(JsonNode streamed) {
        boolean hasContent = false;
        for (JsonNode piece : streamed) {
            JsonNode index = piece.path("index");
            if (!(piece instanceof ObjectNode choice) || !index.isInt() || index.intValue() < 0) {
                return EventStep.malformed("a choice has no index");
            }
            StreamedChoice known =
                    choices.computeIfAbsent(index.intValue(), _ -> new StreamedChoice(held));
            EventStep step = known.accept(choice);
            if (!(step instanceof EventStep.Accepted accepted)) {
                return step;
            }
            hasContent |= accepted.hasContent();
        }
        return EventStep.accepted(hasContent);
    }

    @Override
    public EventStep acceptDone() {
        if (choices.isEmpty() || choices.lastKey() != choices.size() - 1) {
            return EventStep.malformed("the stream lacks a choice");
        }
        ArrayNode finished = JsonTree.array();
        for (StreamedChoice choice : choices.values()) {
            if (!choice.isFinished()) {
                return EventStep.malformed("a choice has no finish_reason");
            }
            finished.add(choice.toJson());
        }
        body.set(CHOICES, finished);
        return EventStep.complete(body);
    }

    @Override
    public String missing() {
        return "[DONE]";
    }
}
