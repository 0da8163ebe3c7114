package dev.millrace.wire.translate.field;

/**
 * The place of a value in a body.
 *
 * @param path for people, such as {@code body.messages[2].content}
 * @param tablePath in the table's notation, such as {@code messages[user].content}; empty for the
 *     whole body
 */
record FieldPlace(String path, String tablePath) {
    FieldPlace field(String key) {
        return new FieldPlace(path + "." + key, tablePath.isEmpty() ? key : tablePath + "." + key);
    }

    FieldPlace item(int index) {
        return new FieldPlace(path + "[" + index + "]", tablePath);
    }

    /** Returns the same value, known to be of a type; an empty type stands for any. */
    FieldPlace ofType(String type) {
        return new FieldPlace(path, tablePath + "[" + type + "]");
    }
}
