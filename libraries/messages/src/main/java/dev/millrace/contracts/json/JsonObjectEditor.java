package dev.millrace.contracts.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.json.JsonObjectEdit.Operation;
import java.io.ByteArrayOutputStream;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Writes one object with the operations of a {@link JsonObjectEdit}. Used once, by one thread. */
final class JsonObjectEditor {
    /** Room for added and longer fields before the output has to grow. */
    private static final int ROOM_BYTES = 256;

    private final byte[] bytes;
    private final int start;
    private final int end;
    private final Map<String, Operation> operations;

    /** The keys that an operation names. */
    private final Set<String> names = new HashSet<>();

    /** The named keys that the object has. */
    private final Set<String> met = new HashSet<>();

    private final ByteArrayOutputStream out;

    /** End of the last value that was read, or the byte after the opening brace. */
    private int lastValueEnd;

    private boolean hasReadField;
    private boolean hasWrittenField;

    JsonObjectEditor(byte[] bytes, int start, int end, Map<String, Operation> operations) {
        this.bytes = bytes;
        this.start = start;
        this.end = end;
        this.operations = operations;
        this.lastValueEnd = start + 1;
        this.out = new ByteArrayOutputStream(end - start + ROOM_BYTES);
        operations.forEach(
                (key, operation) -> {
                    names.add(key);
                    if (operation instanceof Operation.Rename rename) {
                        names.add(rename.key());
                    }
                });
    }

    /** A field as found in the bytes. The range of the value excludes white space around it. */
    private record Field(String key, int keyStart, int keyEnd, int valueStart, int valueEnd) {}

    byte[] run() {
        out.write('{');
        try (JsonParser json = JsonBytes.parser(bytes, start, end - start)) {
            json.nextToken();
            JsonToken next = json.nextToken();
            while (next == JsonToken.PROPERTY_NAME) {
                String key = json.currentName();
                int keyStart = tokenStart(json);
                json.nextToken();
                int valueStart = tokenStart(json);
                json.skipChildren();
                next = json.nextToken();
                write(
                        new Field(
                                key,
                                keyStart,
                                endBefore(valueStart, ':'),
                                valueStart,
                                // A value ends before the comma, or before the closing brace.
                                endBefore(tokenStart(json), ',')));
            }
        }
        addMissing();
        copy(lastValueEnd, end);
        return out.toByteArray();
    }

    private int tokenStart(JsonParser json) {
        return start + (int) json.currentTokenLocation().getByteOffset();
    }

    /** Returns the end of the text before a position, without the separator and white space. */
    private int endBefore(int position, char separator) {
        int at = endOfText(position);
        return bytes[at - 1] == separator ? endOfText(at - 1) : at;
    }

    private int endOfText(int position) {
        int at = position;
        while (isSpace(bytes[at - 1])) {
            at--;
        }
        return at;
    }

    private static boolean isSpace(byte next) {
        return next == ' ' || next == '\n' || next == '\r' || next == '\t';
    }

    private void write(Field field) {
        if (!hasReadField) {
            copy(start + 1, field.keyStart());
        }
        boolean isRepeated = names.contains(field.key()) && !met.add(field.key());
        Operation operation = operations.get(field.key());
        if (operation == null) {
            write(field, null, null);
        } else if (operation instanceof Operation.Rename rename) {
            write(field, rename.key(), null);
        } else if (operation instanceof Operation.SetValue set && !isRepeated) {
            write(field, null, set.json());
        } else if (operation instanceof Operation.Edit edit && !isRepeated) {
            write(field, null, editedValue(edit.nested(), field));
        }
        lastValueEnd = field.valueEnd();
        hasReadField = true;
    }

    private byte[] editedValue(JsonObjectEdit nested, Field field) {
        return bytes[field.valueStart()] == '{'
                ? nested.apply(bytes, field.valueStart(), field.valueEnd())
                : nested.newObject();
    }

    /** Writes a field; a null key or value leaves the original unchanged. */
    private void write(Field field, @Nullable String newKey, byte @Nullable [] newValue) {
        if (hasWrittenField) {
            copy(lastValueEnd, field.keyStart());
        }
        if (newKey == null) {
            copy(field.keyStart(), field.keyEnd());
        } else {
            out.writeBytes(JsonBytes.quoted(newKey).getBytes(UTF_8));
        }
        copy(field.keyEnd(), field.valueStart());
        if (newValue == null) {
            copy(field.valueStart(), field.valueEnd());
        } else {
            out.writeBytes(newValue);
        }
        hasWrittenField = true;
    }

    private void addMissing() {
        operations.forEach(
                (key, operation) -> {
                    if (met.contains(key)) {
                        return;
                    }
                    if (operation instanceof Operation.SetValue set) {
                        add(key, set.json());
                    } else if (operation instanceof Operation.Edit edit) {
                        add(key, edit.nested().newObject());
                    }
                });
    }

    private void add(String key, byte[] value) {
        out.writeBytes(
                ((hasWrittenField ? "," : "") + JsonBytes.quoted(key) + ":").getBytes(UTF_8));
        out.writeBytes(value);
        hasWrittenField = true;
    }

    private void copy(int from, int to) {
        out.write(bytes, from, to - from);
    }

    /** Returns the renamed keys whose new key also exists in the object. */
    Set<String> clashingRenames() {
        var clashing = new HashSet<String>();
        operations.forEach(
                (key, operation) -> {
                    if (operation instanceof Operation.Rename rename
                            && met.contains(key)
                            && met.contains(rename.key())) {
                        clashing.add(key);
                    }
                });
        return clashing;
    }
}
