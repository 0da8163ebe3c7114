package dev.millrace.standalone.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The embedded pipeline that runs in a data directory.
 *
 * @param bootstrapServers address of its broker, as {@code host:port}
 * @param configuration absolute path of the file that it was started with; empty for none
 * @param off describes its providers that are off, in one line; empty if none is
 */
public record AnnouncedPipeline(
        String bootstrapServers, Optional<Path> configuration, Optional<String> off) {
    String text() {
        return bootstrapServers
                + "\n"
                + configuration.map(Path::toString).orElse("")
                + "\n"
                + off.orElse("")
                + "\n";
    }

    static AnnouncedPipeline parse(String text) {
        List<String> lines = text.lines().toList();
        return new AnnouncedPipeline(
                lines.getFirst(), line(lines, 1).map(Path::of), line(lines, 2));
    }

    private static Optional<String> line(List<String> lines, int index) {
        return lines.stream().skip(index).findFirst().filter(it -> !it.isEmpty());
    }
}
