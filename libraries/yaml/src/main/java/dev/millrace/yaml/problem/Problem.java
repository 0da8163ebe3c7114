package dev.millrace.yaml.problem;

import java.util.OptionalInt;

/**
 * A problem in a file.
 *
 * @param file name of the file or other source
 * @param line line number from 1, if known
 * @param keyPath path of the invalid key, such as {@code models.gpt-4.1.price.input}; empty for the
 *     whole file
 * @param message the expected form; never contains a secret
 */
public record Problem(String file, OptionalInt line, String keyPath, String message) {
    /** Returns {@code file:line: key.path: message}, without unknown parts. */
    @Override
    public String toString() {
        var place = line.isPresent() ? file + ":" + line.getAsInt() : file;
        return place + ": " + (keyPath.isEmpty() ? "" : keyPath + ": ") + message;
    }
}
