package dev.millrace.translation.field;

import java.util.regex.Pattern;

/**
 * The place of a value in a body.
 *
 * @param path human-readable, such as {@code body.messages[2].content}
 * @param tablePath in the table's notation, such as {@code messages[user].content}; empty for the
 *     whole body
 */
record FieldPlace(String path, String tablePath) {
    /**
     * Characters of the table's notation. A name with such a character is quoted, so that no row
     * matches it.
     */
    private static final Pattern NOTATION = Pattern.compile("[.\\[\\]|]");

    FieldPlace field(String key) {
        String name = inTable(key);
        return new FieldPlace(
                path + "." + key, tablePath.isEmpty() ? name : tablePath + "." + name);
    }

    FieldPlace item(int index) {
        return new FieldPlace(path + "[" + index + "]", tablePath);
    }

    /** Returns this place with a known type; an empty type means any type. */
    FieldPlace ofType(String type) {
        return new FieldPlace(path, tablePath + "[" + inTable(type) + "]");
    }

    private static String inTable(String name) {
        return NOTATION.matcher(name).find() ? '"' + name + '"' : name;
    }
}
