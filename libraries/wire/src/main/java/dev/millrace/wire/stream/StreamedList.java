package dev.millrace.wire.stream;

import dev.millrace.wire.json.JsonTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A list that arrives in pieces. As in OpenAI's clients, the pieces of an {@code index} are one
 * item, and an item without an index is appended. A piece whose type or id differs from the item of
 * its index begins another item, since OpenRouter numbers a text and its encrypted form alike. Used
 * by one thread.
 *
 * @see <a
 *     href="https://github.com/openai/openai-python/blob/main/src/openai/lib/streaming/_deltas.py">
 *     OpenAI's client</a>
 * @see <a href="https://openrouter.ai/docs/use-cases/reasoning-tokens">OpenRouter's
 *     reasoning_details</a>
 */
final class StreamedList {
    private static final String INDEX = "index";
    private static final int NO_INDEX = -1;
    private static final List<String> IDENTITY = List.of("type", "id");

    private final HeldSize held;
    private final List<Item> items = new ArrayList<>();

    /** The items of each index, in the order in which they begin. */
    private final Map<Integer, List<MergedFields>> byIndex = new HashMap<>();

    /**
     * An item.
     *
     * @param first the item, or its first piece
     * @param pieces all pieces; null for an item without an index
     */
    private record Item(JsonNode first, @Nullable MergedFields pieces) {
        JsonNode toJson() {
            return pieces == null ? first : pieces.toJson();
        }
    }

    StreamedList(HeldSize held) {
        this.held = held;
    }

    /** Returns true if a piece has an item with an index. */
    static boolean isNumbered(ArrayNode pieces) {
        return pieces.valueStream().anyMatch(it -> index(it) != NO_INDEX);
    }

    private static int index(JsonNode piece) {
        return piece.path(INDEX).asInt(NO_INDEX);
    }

    /** Adds pieces. Returns why one does not fit; empty if all fit. */
    Optional<String> add(ArrayNode pieces) {
        for (JsonNode piece : pieces) {
            int index = index(piece);
            if (index == NO_INDEX || !(piece instanceof ObjectNode object)) {
                append(piece);
                continue;
            }
            Optional<String> problem = itemOf(index, object).add(object);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    /** Adds an item that is whole. */
    void append(JsonNode item) {
        held.add(item);
        items.add(new Item(item, null));
    }

    private MergedFields itemOf(int index, ObjectNode piece) {
        List<MergedFields> known = byIndex.computeIfAbsent(index, _ -> new ArrayList<>());
        for (MergedFields item : known.reversed()) {
            if (IDENTITY.stream().allMatch(key -> agrees(item.text(key), piece.path(key)))) {
                return item;
            }
        }
        held.add(piece);
        var begun = new MergedFields(held);
        known.add(begun);
        items.add(new Item(piece, begun));
        return begun;
    }

    private static boolean agrees(String known, JsonNode given) {
        String text = given.asString("");
        return known.isEmpty() || text.isEmpty() || known.equals(text);
    }

    ArrayNode toJson() {
        ArrayNode array = JsonTree.array();
        items.forEach(item -> array.add(item.toJson()));
        return array;
    }
}
