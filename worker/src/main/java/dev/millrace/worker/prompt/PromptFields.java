package dev.millrace.worker.prompt;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.json.JsonObjectEdit;
import dev.millrace.worker.translate.AddedFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Fields that a call adds to its body, so that its provider's cache is used well. They do not
 * change the answer.
 *
 * @param atTop top-level fields, with their values as JSON
 * @param breakpoint field of the block that ends the prefix; empty for none
 */
public record PromptFields(Map<String, String> atTop, Optional<Breakpoint> breakpoint)
        implements AddedFields {
    /** Nothing is added. */
    public static final PromptFields NONE = new PromptFields(Map.of(), Optional.empty());

    public PromptFields {
        atTop = Map.copyOf(atTop);
    }

    /**
     * A field that ends a cached prefix.
     *
     * @param json value of the field
     */
    public record Breakpoint(String field, String json) {}

    /** Adds the fields. A breakpoint is left out if the prefix has no place for it. */
    @Override
    public Added addTo(byte[] body) {
        if (equals(NONE)) {
            return new Added(body, List.of());
        }
        var names = new ArrayList<String>();
        Optional<byte[]> marked =
                breakpoint.flatMap(
                        it ->
                                new BreakpointEdit(body, JsonBytes.quoted(it.field) + ":" + it.json)
                                        .run());
        if (marked.isPresent()) {
            breakpoint.ifPresent(it -> names.add(it.field));
        }
        byte[] base = marked.orElse(body);
        var edit = new JsonObjectEdit();
        new TreeMap<>(atTop).forEach(edit::set);
        names.addAll(new TreeMap<>(atTop).keySet());
        return new Added(edit.isEmpty() ? base : edit.apply(base, 0, base.length), names);
    }
}
