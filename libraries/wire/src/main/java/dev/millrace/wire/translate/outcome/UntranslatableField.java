package dev.millrace.wire.translate.outcome;

/**
 * A field that the other wire cannot carry.
 *
 * @param path JSON path of the field, such as {@code body.messages[2].content[0].input_audio}
 * @param reason why, in half a sentence that can follow the path
 */
public record UntranslatableField(String path, String reason) {
    /** Returns path and reason in one sentence. */
    public String message() {
        return path + " " + reason;
    }
}
