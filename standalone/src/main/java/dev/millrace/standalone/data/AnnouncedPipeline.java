package dev.millrace.standalone.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The embedded pipeline that runs in a data directory.
 *
 * @param bootstrapServers address of its broker, as {@code host:port}
 * @param configuration absolute path of the file that it was started with; empty for none
 */
public record AnnouncedPipeline(String bootstrapServers, Optional<Path> configuration) {
    String text() {
        return bootstrapServers + "\n" + configuration.map(it -> it + "\n").orElse("");
    }

    static AnnouncedPipeline parse(String text) {
        List<String> lines = text.lines().toList();
        return new AnnouncedPipeline(
                lines.getFirst(), lines.stream().skip(1).findFirst().map(Path::of));
    }
}
