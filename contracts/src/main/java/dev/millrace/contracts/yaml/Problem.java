package dev.millrace.contracts.yaml;

import java.util.OptionalInt;

/**
 * Something that is wrong with a file.
 *
 * @param file the file, or what stands for it
 * @param line counted from 1, if known
 * @param keyPath where it is wrong, such as {@code models.gpt-4.1.price.input}; empty for the whole
 *     file
 * @param message what was expected; never a secret
 */
public record Problem(String file, OptionalInt line, String keyPath, String message) {
    /** {@code file:line: key.path: message}, without the parts that are unknown. */
    @Override
    public String toString() {
        var place = line.isPresent() ? file + ":" + line.getAsInt() : file;
        return place + ": " + (keyPath.isEmpty() ? "" : keyPath + ": ") + message;
    }
}
