package dev.millrace.contracts.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Edits top-level fields of a JSON object without decoding it: all other bytes are copied
 * unchanged. A single pass builds no tree and reads no value, so editing megabytes is cheap. A
 * later operation on a key replaces an earlier one. Built by one thread; {@link #apply} can then be
 * called from any thread.
 */
public final class JsonObjectEdit {
    private static final byte[] EMPTY_OBJECT = {'{', '}'};

    private final Map<String, Operation> operations = new LinkedHashMap<>();

    /** An operation on the field of a key. */
    sealed interface Operation {
        /** The field gets a value, or is added at the end. */
        record SetValue(byte[] json) implements Operation {}

        /** The field is removed. */
        record Remove() implements Operation {}

        /** The field gets another key. */
        record Rename(String key) implements Operation {}

        /** The field's own object is edited; a missing field or another value becomes an object. */
        record Edit(JsonObjectEdit nested) implements Operation {}
    }

    /**
     * Sets the value of a key. If the key occurs more than once, its first field gets the value and
     * the others are removed.
     *
     * @param json the value as JSON
     */
    public JsonObjectEdit set(String key, String json) {
        operations.put(key, new Operation.SetValue(json.getBytes(UTF_8)));
        return this;
    }

    /** Removes every field with a key. */
    public JsonObjectEdit remove(String key) {
        operations.put(key, new Operation.Remove());
        return this;
    }

    /**
     * Renames every field with a key. Changes nothing if the object has a field with the new key
     * too: the two would then be one key with two values.
     */
    public JsonObjectEdit rename(String key, String newKey) {
        operations.put(key, new Operation.Rename(newKey));
        return this;
    }

    /**
     * Edits the object that is the value of a key. If the key is missing, or its value is no
     * object, an empty object is edited instead. If the key occurs more than once, its first field
     * is edited and the others are removed.
     */
    public JsonObjectEdit edit(String key, JsonObjectEdit nested) {
        operations.put(key, new Operation.Edit(nested));
        return this;
    }

    /** Returns true if the edit changes no object. */
    public boolean isEmpty() {
        return operations.isEmpty();
    }

    /**
     * Returns the edited object.
     *
     * @param bytes contains the object; not modified
     * @param start the object's opening brace
     * @param end byte after the object's closing brace
     * @throws tools.jackson.core.JacksonException if the range is not JSON
     */
    public byte[] apply(byte[] bytes, int start, int end) {
        var editor = new JsonObjectEditor(bytes, start, end, operations);
        byte[] edited = editor.run();
        Set<String> clashing = editor.clashingRenames();
        return clashing.isEmpty() ? edited : without(clashing).apply(bytes, start, end);
    }

    /** Returns an edited empty object. */
    byte[] newObject() {
        return apply(EMPTY_OBJECT, 0, EMPTY_OBJECT.length);
    }

    private JsonObjectEdit without(Set<String> keys) {
        var rest = new JsonObjectEdit();
        rest.operations.putAll(operations);
        rest.operations.keySet().removeAll(keys);
        return rest;
    }
}
