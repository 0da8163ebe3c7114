package dev.millrace.wire.stream;

import dev.millrace.wire.json.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tool calls of one choice. OpenAI numbers the fragments by {@code index} and gives the id with
 * the first one. Some servers number all parallel calls 0, or omit the index; a new id then begins
 * a new call. Used by one thread.
 */
final class StreamedToolCalls {
    private static final String INDEX = "index";
    private static final String ID = "id";
    private static final int NO_INDEX = -1;

    private final HeldSize held;
    private final List<Call> calls = new ArrayList<>();

    private record Call(int index, MergedFields fields) {}

    StreamedToolCalls(HeldSize held) {
        this.held = held;
    }

    /** Adds fragments. Returns why one does not fit; empty if all fit. */
    Optional<String> add(ArrayNode fragments) {
        for (JsonNode fragment : fragments) {
            if (!(fragment instanceof ObjectNode object)) {
                return Optional.of("a tool call is not an object");
            }
            ObjectNode fields = object.deepCopy();
            fields.remove(INDEX);
            int index = object.path(INDEX).asInt(NO_INDEX);
            Optional<String> problem = callOf(index, object.path(ID).asString("")).add(fields);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private MergedFields callOf(int index, String id) {
        for (Call call : calls.reversed()) {
            boolean isSameIndex = index == NO_INDEX || call.index == index;
            String knownId = call.fields.text(ID);
            boolean isSameId = id.isEmpty() || knownId.isEmpty() || knownId.equals(id);
            if (isSameIndex && isSameId) {
                return call.fields;
            }
        }
        var call = new Call(index, new MergedFields(held));
        calls.add(call);
        return call.fields;
    }

    ArrayNode toJson() {
        ArrayNode array = JsonTree.array();
        calls.forEach(call -> array.add(call.fields.toJson()));
        return array;
    }
}
