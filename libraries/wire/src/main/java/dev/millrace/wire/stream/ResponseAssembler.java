package dev.millrace.wire.stream;

import dev.millrace.wire.json.JsonTree;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Assembles the events of OpenAI's responses. The last event repeats the whole response. If a
 * server leaves the output of the last event empty, the output consists of the earlier items and
 * pieces.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/responses-streaming">Reference</a>
 */
final class ResponseAssembler implements EventAssembler {
    private static final String RESPONSE = "response";
    private static final String OUTPUT = "output";
    private static final String STATUS = "status";
    private static final String ERROR = "error";
    private static final String USAGE = "usage";
    private static final String COMPLETED = "completed";
    private static final Set<String> FINAL = Set.of(COMPLETED, "incomplete");

    /** States that a last event means; it overrules others, such as an outdated in_progress. */
    private static final Set<String> UNFINISHED = Set.of("failed", "cancelled");

    private final StreamedItems items;

    /** The response in the latest event that has one. */
    private ObjectNode response = JsonTree.object();

    private boolean hasEnded;

    ResponseAssembler(HeldSize held) {
        items = new StreamedItems(held);
    }

    /** The name of an event repeats its type, so either of them is enough. */
    @Override
    public EventStep accept(String name, ObjectNode data) {
        String type = data.path("type").asString(name);
        return switch (type) {
            case "response.completed", "response.incomplete", "response.done" -> end(type, data);
            case "response.failed", "response.cancelled" -> failed(data.path(RESPONSE));
            case String known when known.startsWith("response.") -> {
                keep(data.path(RESPONSE));
                yield items.accept(known, data);
            }
            default -> whole(data);
        };
    }

    private void keep(JsonNode described) {
        if (described instanceof ObjectNode object) {
            response = object;
        }
    }

    private EventStep end(String type, ObjectNode data) {
        keep(data.path(RESPONSE));
        if (UNFINISHED.contains(response.path(STATUS).asString(""))) {
            return failed(response);
        }
        if (!FINAL.contains(response.path(STATUS).asString(""))) {
            response.put(STATUS, type.endsWith("incomplete") ? "incomplete" : COMPLETED);
        }
        if (!response.path(USAGE).isObject() && data.path(USAGE) instanceof ObjectNode usage) {
            response.set(USAGE, usage);
        }
        hasEnded = true;
        return EventStep.ENDED;
    }

    /** Some servers answer a request for a stream with the whole response in one event. */
    private EventStep whole(ObjectNode data) {
        boolean isWhole =
                data.path(OUTPUT).isArray() && FINAL.contains(data.path(STATUS).asString(""));
        if (!isWhole) {
            return EventStep.FOREIGN;
        }
        response = data;
        hasEnded = true;
        return new EventStep.Accepted(true, false);
    }

    /** Returns the response's error in the form of an error response. */
    private EventStep failed(JsonNode failed) {
        keep(failed);
        hasEnded = true;
        ObjectNode body = JsonTree.object();
        body.set(ERROR, failed.path(ERROR));
        if (!failed.path(ERROR).isObject()) {
            body.put("object", RESPONSE).put(STATUS, failed.path(STATUS).asString(""));
        }
        return new EventStep.Failed(JsonTree.bytes(body));
    }

    /** Ends a stream without its last event, if all items have arrived. */
    @Override
    public EventStep acceptDone() {
        if (items.areWhole()) {
            response.put(STATUS, COMPLETED);
        }
        return EventStep.ENDED;
    }

    @Override
    public boolean isComplete() {
        return hasEnded && FINAL.contains(response.path(STATUS).asString(""));
    }

    @Override
    public Body body() {
        if (!hasEnded && !items.areWhole()) {
            return new Body.Unusable("[DONE] came before the response was completed");
        }
        if (!response.path(OUTPUT).isArray() || response.path(OUTPUT).isEmpty()) {
            response.set(OUTPUT, items.toJson());
        }
        return new Body.Usable(response);
    }

    @Override
    public Optional<ObjectNode> usage() {
        return hasEnded && response.path(USAGE) instanceof ObjectNode usage
                ? Optional.of(usage)
                : Optional.empty();
    }

    @Override
    public String name(ObjectNode data) {
        return data.path("type").asString("");
    }

    @Override
    public String missing() {
        return "response.completed";
    }
}
