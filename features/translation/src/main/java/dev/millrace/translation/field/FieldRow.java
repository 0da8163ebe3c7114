package dev.millrace.translation.field;

import dev.millrace.wire.json.JsonTree;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The handling of one field.
 *
 * @param path path of the field; {@code [a|b]} selects the items of an array, or the objects, whose
 *     type or role is {@code a} or {@code b}, and {@code []} selects all items of an array
 * @param becomes path on the other wire; empty for none
 * @param note the accepted range, or why the field is not carried, in half a sentence that can
 *     follow the path
 * @param defaults values that ask for nothing, besides null; only for {@link Handling#DEFAULT_ONLY}
 */
public record FieldRow(
        String path, Handling handling, String becomes, String note, List<JsonNode> defaults) {

    /** The value keeps its name and form. */
    public static FieldRow carried(String path, String becomes, String note) {
        return new FieldRow(path, Handling.CARRIED, becomes, note, List.of());
    }

    /** The value keeps its form under another name or at another place. */
    public static FieldRow renamed(String path, String becomes, String note) {
        return new FieldRow(path, Handling.RENAMED, becomes, note, List.of());
    }

    /** The value takes another form with an equal meaning. */
    public static FieldRow converted(String path, String becomes, String note) {
        return new FieldRow(path, Handling.CONVERTED, becomes, note, List.of());
    }

    /**
     * Only null and the given values are accepted.
     *
     * @param defaults values as JSON
     */
    public static FieldRow defaultOnly(String path, String note, String... defaults) {
        return new FieldRow(
                path,
                Handling.DEFAULT_ONLY,
                "",
                note,
                Stream.of(defaults).map(it -> JsonTree.parse(it).orElseThrow()).toList());
    }

    /** The value has no effect beyond the transport. */
    public static FieldRow noEffect(String path, String note) {
        return new FieldRow(path, Handling.NO_EFFECT, "", note, List.of());
    }

    /** The value is left out, and the result names the field. */
    public static FieldRow omitted(String path, String note) {
        return new FieldRow(path, Handling.OMITTED, "", note, List.of());
    }

    /** Any value but null is refused. */
    public static FieldRow refused(String path, String note) {
        return new FieldRow(path, Handling.REFUSED, "", note, List.of());
    }

    boolean accepts(JsonNode value) {
        return defaults.stream().anyMatch(it -> isSame(it, value));
    }

    private static boolean isSame(JsonNode one, JsonNode other) {
        return (one.isNumber() && other.isNumber())
                ? one.decimalValue().compareTo(other.decimalValue()) == 0
                : one.equals(other);
    }
}
