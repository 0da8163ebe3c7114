package dev.millrace.bench.measurement;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A folder for the files of one measurement. Closing deletes the folder unless it is to be kept.
 *
 * @param path an existing folder
 */
public record WorkFolder(Path path, boolean isKept) implements AutoCloseable {
    /**
     * Creates a folder.
     *
     * @param kept path of a folder to keep; null for a temporary folder
     * @throws IOException when the folder cannot be created
     */
    public static WorkFolder open(@Nullable Path kept) throws IOException {
        return kept == null
                ? new WorkFolder(Files.createTempDirectory("millrace-bench"), false)
                : new WorkFolder(Files.createDirectories(kept), true);
    }

    /** Returns the path of a file or folder in this folder. */
    public Path file(String name) {
        return path.resolve(name);
    }

    @Override
    public void close() throws IOException {
        if (isKept) {
            return;
        }
        try (var all = Files.walk(path)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
