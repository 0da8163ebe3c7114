package dev.millrace.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A folder for the files of one measurement, removed at its end unless it was named to be kept.
 *
 * @param path an existing folder
 */
public record WorkFolder(Path path, boolean isKept) implements AutoCloseable {
    /**
     * Makes the folder.
     *
     * @param kept where to, to be kept; null for a temporary one
     * @throws IOException when it cannot be made
     */
    public static WorkFolder open(@Nullable Path kept) throws IOException {
        return kept == null
                ? new WorkFolder(Files.createTempDirectory("millrace-bench"), false)
                : new WorkFolder(Files.createDirectories(kept), true);
    }

    /** A file or folder in it. */
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
