package dev.millrace.testclusters;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;

/**
 * Committed files with records written by version 0.1. Each line has a name, a tab and the text of
 * a record. Tests read the records, and compare them with the output of the present version.
 *
 * <p>The system property {@code compatibility.write} rewrites the files, until 0.1 is released.
 */
public final class FormatFixture {
    private static final Path FOLDER = Path.of("src", "test", "resources", "compatibility", "0.1");
    private static final char SEPARATOR = '\t';

    private FormatFixture() {}

    /** Returns the path of a file in the folder of the module that is tested. */
    public static Path path(String file) {
        return FOLDER.resolve(file);
    }

    /** Returns the records of a file by name, in the order of the file. */
    public static Map<String, String> read(String file) {
        try {
            var records = new LinkedHashMap<String, String>();
            for (String line : Files.readString(path(file), UTF_8).split("\n", -1)) {
                int end = line.indexOf(SEPARATOR);
                if (end >= 0) {
                    records.put(line.substring(0, end), line.substring(end + 1));
                }
            }
            return records;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns true while files are rewritten instead of compared. */
    public static boolean isRewriting() {
        return Boolean.getBoolean("compatibility.write");
    }

    /**
     * Compares records with a file, or rewrites the file.
     *
     * @throws AssertionError if the records differ from the file
     */
    public static void compare(String file, Map<String, String> written) {
        if (isRewriting()) {
            write(file, written);
            return;
        }
        Map<String, String> before = read(file);
        var names = new LinkedHashSet<>(before.keySet());
        names.addAll(written.keySet());
        for (String name : names) {
            if (!Objects.equals(before.get(name), written.get(name))) {
                throw new AssertionError(
                        """
                        This version does not write '%s' as %s has it.
                        File:    %s
                        Written: %s
                        docs/compatibility.md says which changes are allowed, and how to add a record."""
                                .formatted(name, path(file), before.get(name), written.get(name)));
            }
        }
    }

    private static void write(String file, Map<String, String> records) {
        var text = new StringBuilder();
        records.forEach(
                (name, value) -> text.append(name).append(SEPARATOR).append(value).append('\n'));
        try {
            Files.createDirectories(FOLDER);
            Files.writeString(path(file), text, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
