package dev.millrace.wire.stream;

import dev.millrace.contracts.job.AnswerForm;
import dev.millrace.wire.json.JsonTree;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Assembles the chunks of OpenAI's chat completions and completions. For a field beside the
 * choices, the last value that is not null counts. If the call asks for one choice, all pieces
 * belong to it, whatever their index. Usage arrives in a separate chunk without choices, or in
 * every chunk with the counts so far.
 *
 * <p>The answer is complete with {@code [DONE]}. Without it, the answer is complete if all choices
 * have a finish reason, or if a separate chunk reported the usage after the content.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/chat-streaming">Reference</a>
 */
final class ChunkAssembler implements EventAssembler {
    private static final String USAGE = "usage";
    private static final String OBJECT = "object";

    private final ExpectedAnswer expected;
    private final AnswerForm form;
    private final String content;
    private final HeldSize held;
    private final ObjectNode body = JsonTree.object();
    private final TreeMap<Integer, StreamedChoice> choices = new TreeMap<>();
    private boolean endsWithUsage;

    /** The last chunk with a finish reason, which some servers send twice. */
    private @Nullable ObjectNode finishing;

    ChunkAssembler(ExpectedAnswer expected, HeldSize held) {
        this.expected = expected;
        form = expected.endpoint().answer();
        content = form.content();
        this.held = held;
    }

    @Override
    public EventStep accept(String name, ObjectNode chunk) {
        if (!isChunk(name, chunk) || chunk.equals(finishing)) {
            return EventStep.FOREIGN;
        }
        for (Map.Entry<String, JsonNode> field : chunk.properties()) {
            switch (field.getKey()) {
                // Random characters that hide the length of the content.
                case "obfuscation" -> {}
                case String it when it.equals(content) -> {}
                case OBJECT -> body.put(OBJECT, form.type());
                case USAGE -> addCounts(field.getValue());
                default -> MergedFields.replace(body, field.getKey(), field.getValue(), held);
            }
        }
        if (!body.has(content)) {
            body.set(content, JsonTree.array());
        }
        return acceptChoices(chunk);
    }

    /** Returns false for other events, which some servers send between the chunks. */
    private boolean isChunk(String name, ObjectNode data) {
        boolean isUnnamed = name.isEmpty() || name.equals("message");
        return data.path(content).isContainer()
                || data.path(OBJECT).asString("").endsWith(".chunk")
                || (isUnnamed && data.path(USAGE).isObject());
    }

    private void addCounts(JsonNode usage) {
        if (body.path(USAGE) instanceof ObjectNode known) {
            MergedFields.mergeCounts(known, usage, held);
        } else {
            MergedFields.replace(body, USAGE, usage, held);
        }
    }

    private EventStep acceptChoices(ObjectNode chunk) {
        JsonNode streamed = chunk.path(content);
        Iterable<JsonNode> pieces = streamed.isObject() ? List.of(streamed) : streamed;
        int position = 0;
        boolean hasContent = false;
        boolean isRegular = true;
        for (JsonNode piece : pieces) {
            if (piece instanceof ObjectNode choice) {
                int number = number(choice, position);
                StreamedChoice known =
                        choices.computeIfAbsent(number, it -> new StreamedChoice(it, form, held));
                EventStep step = known.accept(choice);
                if (!(step instanceof EventStep.Accepted accepted)) {
                    return step;
                }
                hasContent |= accepted.hasContent();
                isRegular &= accepted.isRegular() && isNumbered(choice, number);
                if (known.isFinished()) {
                    finishing = chunk;
                }
            }
            position++;
        }
        endsWithUsage = position == 0 && (endsWithUsage || hasUsage(chunk));
        return new EventStep.Accepted(hasContent, isRegular);
    }

    /**
     * Returns the number of the choice that a piece belongs to: its index, or its position within
     * the chunk if it has none.
     */
    private int number(ObjectNode piece, int position) {
        return expected.hasOneChoice() ? 0 : piece.path(StreamedChoice.INDEX).asInt(position);
    }

    private static boolean isNumbered(ObjectNode piece, int number) {
        JsonNode index = piece.path(StreamedChoice.INDEX);
        return index.isInt() && index.intValue() == number;
    }

    private boolean hasUsage(ObjectNode chunk) {
        return chunk.path(USAGE).isObject()
                && choices.values().stream().anyMatch(StreamedChoice::hasContent);
    }

    @Override
    public EventStep acceptDone() {
        return EventStep.ENDED;
    }

    @Override
    public boolean isComplete() {
        boolean areFinished = choices.values().stream().allMatch(StreamedChoice::isFinished);
        return !choices.isEmpty() && (areFinished || endsWithUsage);
    }

    @Override
    public Body body() {
        if (choices.isEmpty()) {
            return new Body.Unusable("the stream has no choice");
        }
        ArrayNode finished = JsonTree.array();
        choices.values().forEach(choice -> finished.add(choice.toJson()));
        body.set(content, finished);
        if (!body.path(USAGE).isObject()) {
            nestedUsage().ifPresent(usage -> body.set(USAGE, usage));
        }
        return new Body.Usable(body);
    }

    /** Returns a usage at the place where Groq or Moonshot reports it in streams. */
    private Optional<ObjectNode> nestedUsage() {
        return Stream.concat(
                        Stream.of(body.path("x_groq").path(USAGE)),
                        choices.values().stream().map(StreamedChoice::usage))
                .filter(ObjectNode.class::isInstance)
                .map(ObjectNode.class::cast)
                .findFirst();
    }

    @Override
    public Optional<ObjectNode> usage() {
        if (!isComplete()) {
            return Optional.empty();
        }
        return body.path(USAGE) instanceof ObjectNode usage ? Optional.of(usage) : nestedUsage();
    }

    @Override
    public boolean endsWithDone() {
        return true;
    }

    /** Chunks are events without a name. */
    @Override
    public String name(ObjectNode data) {
        return "";
    }

    @Override
    public String missing() {
        return "a finish_reason or [DONE]";
    }
}
