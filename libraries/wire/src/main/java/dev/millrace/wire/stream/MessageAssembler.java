package dev.millrace.wire.stream;

import dev.millrace.wire.json.JsonTree;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Assembles the events of Anthropic's messages.
 *
 * <pre>
 *   message_start → (content_block_start → content_block_delta* → content_block_stop)*
 *                 → message_delta+ → message_stop
 * </pre>
 *
 * <p>{@code ping} can occur anywhere, and so can events of future types. The counts of {@code
 * message_delta.usage} are totals: they replace the counts of {@code message_start}. A count of 0
 * replaces nothing, because servers report the input in either event, and 0 in the other.
 *
 * <p>The answer is complete with {@code message_stop} or {@code [DONE]}, and without them after a
 * stop reason. Starts and ends of the message and of its blocks can be missing or repeated.
 *
 * @see <a href="https://platform.claude.com/docs/en/build-with-claude/streaming">Reference</a>
 */
final class MessageAssembler implements EventAssembler {
    private static final String USAGE = "usage";
    private static final String CONTENT = "content";
    private static final String TYPE = "type";
    private static final String DELTA = "delta";
    private static final String STOP_REASON = "stop_reason";

    private final HeldSize held;
    private final StreamedBlocks blocks;
    private final ObjectNode message = JsonTree.object();
    private boolean hasStarted;

    MessageAssembler(HeldSize held) {
        this.held = held;
        blocks = new StreamedBlocks(held);
    }

    /** The name of an event repeats its type, so either of them is enough. */
    @Override
    public EventStep accept(String name, ObjectNode event) {
        return switch (event.path(TYPE).asString(name)) {
            case "message_start" -> start(event);
            case "content_block_start" -> startBlock(event);
            case "content_block_delta" -> regular(blocks.add(event));
            case "content_block_stop" -> regular(blocks.stop(event));
            case "message_delta" -> change(event);
            case "message_stop" -> stop(event);
            case "message" -> whole(event);
            case "ping" -> EventStep.NO_CONTENT;
            case String type when type.startsWith("message_") || type.startsWith("content_") ->
                    EventStep.NO_CONTENT;
            default -> EventStep.FOREIGN;
        };
    }

    private EventStep start(ObjectNode event) {
        if (hasStarted) {
            return EventStep.FOREIGN;
        }
        hasStarted = true;
        if (event.path("message") instanceof ObjectNode started) {
            held.add(started);
            started.properties().forEach(field -> message.set(field.getKey(), field.getValue()));
            blocks.addWhole(message.path(CONTENT));
        }
        return EventStep.NO_CONTENT;
    }

    private EventStep startBlock(ObjectNode event) {
        return regular(blocks.start(event));
    }

    /** A message without its start differs from the form of the API. */
    private EventStep regular(EventStep step) {
        return step instanceof EventStep.Accepted(boolean hasContent, boolean isRegular)
                ? new EventStep.Accepted(hasContent, isRegular && hasStarted)
                : step;
    }

    /** Sets the fields of the message that are known at its end only. */
    private EventStep change(ObjectNode event) {
        boolean isRegular = hasStarted && !blocks.hasOpen();
        for (Map.Entry<String, JsonNode> field : event.properties()) {
            switch (field.getKey()) {
                case TYPE -> {}
                case DELTA -> replaceAll(message, field.getValue());
                case USAGE -> changeUsage(field.getValue());
                default -> MergedFields.replace(message, field.getKey(), field.getValue(), held);
            }
        }
        return new EventStep.Accepted(false, isRegular);
    }

    private void changeUsage(JsonNode usage) {
        if (!usage.isObject()) {
            return;
        }
        if (!message.path(USAGE).isObject()) {
            message.putObject(USAGE);
        }
        MergedFields.mergeCounts(message.withObjectProperty(USAGE), usage, held);
    }

    private void replaceAll(ObjectNode target, JsonNode changes) {
        changes.properties()
                .forEach(
                        change ->
                                MergedFields.replace(
                                        target, change.getKey(), change.getValue(), held));
    }

    /** Ends the message. Some servers report the usage only here. */
    private EventStep stop(ObjectNode event) {
        changeUsage(event.path(USAGE));
        return EventStep.ENDED;
    }

    /** Some servers answer a request for a stream with the whole message in one event. */
    private EventStep whole(ObjectNode event) {
        if (hasStarted || !event.path(CONTENT).isArray()) {
            return EventStep.FOREIGN;
        }
        hasStarted = true;
        held.add(event);
        event.properties().forEach(field -> message.set(field.getKey(), field.getValue()));
        blocks.addWhole(event.path(CONTENT));
        return new EventStep.Accepted(true, false);
    }

    @Override
    public EventStep acceptDone() {
        return EventStep.ENDED;
    }

    @Override
    public boolean isComplete() {
        return !message.path(STOP_REASON).asString("").isBlank();
    }

    @Override
    public Body body() {
        if (!hasStarted && blocks.isEmpty()) {
            return new Body.Unusable("the stream has no message");
        }
        @Nullable ArrayNode content = blocks.toJson(message.path(STOP_REASON).asString(""));
        if (content == null) {
            return new Body.Unusable("the input of a tool call is not a JSON object");
        }
        if (!hasStarted) {
            message.put(TYPE, "message").put("role", "assistant");
        }
        message.set(CONTENT, content);
        return new Body.Usable(message);
    }

    @Override
    public Optional<ObjectNode> usage() {
        return isComplete() && message.path(USAGE) instanceof ObjectNode usage
                ? Optional.of(usage)
                : Optional.empty();
    }

    @Override
    public String name(ObjectNode data) {
        return data.path(TYPE).asString("");
    }

    @Override
    public String missing() {
        return "a stop_reason or message_stop";
    }
}
