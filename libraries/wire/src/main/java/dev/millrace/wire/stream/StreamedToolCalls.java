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
 * the first one. Some servers number all parallel calls 0, or omit the index. A new id then begins
 * a new call, and so does a name after the end of the arguments. Used by one thread.
 */
final class StreamedToolCalls {
    private static final String INDEX = "index";
    private static final String ID = "id";
    private static final String FUNCTION = "function";
    private static final String ARGUMENTS = "arguments";
    private static final String NO_ARGUMENTS = "{}";
    private static final int NO_INDEX = -1;

    private final HeldSize held;
    private final List<Call> calls = new ArrayList<>();

    private record Call(int index, MergedFields fields) {
        /**
         * Returns true if the call has all of its arguments, and a fragment brings others. The
         * fragment then belongs to another call, with an equal index and no id.
         */
        boolean hasEndedBefore(JsonNode fragment) {
            String more = fragment.path(FUNCTION).path(ARGUMENTS).asString("");
            if (!more.startsWith("{")) {
                return false;
            }
            String known = fields.appended(FUNCTION, ARGUMENTS);
            return known.endsWith("}") && JsonTree.parse(known).isPresent();
        }

        /**
         * Returns true if a fragment repeats the arguments and has no part of another call. Two
         * calls without any argument look alike.
         */
        boolean isRepeatedBy(JsonNode fragment) {
            String id = fragment.path(ID).asString("");
            String more = fragment.path(FUNCTION).path(ARGUMENTS).asString("");
            boolean isSameCall =
                    id.isEmpty() ? name(fragment).isEmpty() : id.equals(fields.text(ID));
            return isSameCall
                    && more.length() > NO_ARGUMENTS.length()
                    && more.equals(fields.appended(FUNCTION, ARGUMENTS));
        }
    }

    StreamedToolCalls(HeldSize held) {
        this.held = held;
    }

    /** Adds fragments. Returns why one does not fit; empty if all fit. */
    Optional<String> add(ArrayNode fragments) {
        for (JsonNode fragment : fragments) {
            if (!(fragment instanceof ObjectNode object)) {
                continue;
            }
            ObjectNode fields = object.deepCopy();
            fields.remove(INDEX);
            int index = object.path(INDEX).asInt(NO_INDEX);
            Call call = callOf(index, object.path(ID).asString(""));
            if (call.hasEndedBefore(object)) {
                if (call.isRepeatedBy(object)) {
                    continue;
                }
                if (name(object).isEmpty()) {
                    return Optional.of("the arguments of a tool call continue after their end");
                }
                call = newCall(index);
            }
            Optional<String> problem = call.fields.add(fields);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private static String name(JsonNode fragment) {
        return fragment.path(FUNCTION).path("name").asString("");
    }

    private Call callOf(int index, String id) {
        for (Call call : calls.reversed()) {
            boolean isSameIndex = index == NO_INDEX || call.index == index;
            String knownId = call.fields.text(ID);
            boolean isSameId = id.isEmpty() || knownId.isEmpty() || knownId.equals(id);
            if (isSameIndex && isSameId) {
                return call;
            }
        }
        return newCall(index);
    }

    private Call newCall(int index) {
        var call = new Call(index, new MergedFields(held));
        calls.add(call);
        return call;
    }

    ArrayNode toJson() {
        ArrayNode array = JsonTree.array();
        calls.forEach(call -> array.add(call.fields.toJson()));
        return array;
    }
}
