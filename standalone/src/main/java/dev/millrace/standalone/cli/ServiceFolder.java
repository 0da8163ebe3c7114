package dev.millrace.standalone.cli;

import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.data.DataDirectoryException;
import dev.millrace.standalone.data.DataDirectoryException.Problem;
import dev.millrace.standalone.pipeline.Part;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a service keeps its files. */
final class ServiceFolder {
    /** Routers that can share a folder of the user with default data directories. */
    private static final int MAX_FOLDERS = 100;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description =
                    "Where the service keeps its files; default: .millrace-SERVICE. The log goes to"
                            + " standard error.")
    private @Nullable Path directory;

    ServiceFolder() {}

    /**
     * Opens the data directory of a router or sink.
     *
     * <p>A default one of a router that another router holds is replaced by the next free one: its
     * files can be restored from Kafka. A sink's database cannot, so a sink never moves.
     */
    DataDirectory open(Part part) {
        if (directory != null || part != Part.ROUTER) {
            return DataDirectory.open(directory == null ? usual(part) : directory);
        }
        for (int i = 1; ; i++) {
            Path folder = i == 1 ? usual(part) : Path.of(usual(part) + "-" + i);
            try {
                DataDirectory data = DataDirectory.open(folder);
                if (i > 1) {
                    Terminal.system()
                            .say(
                                    "%s is in use; this router keeps its files in %s"
                                            .formatted(usual(part), folder));
                }
                return data;
            } catch (DataDirectoryException e) {
                if (e.problem() != Problem.IN_USE || i == MAX_FOLDERS) {
                    throw e;
                }
            }
        }
    }

    private static Path usual(Part part) {
        return Path.of(".millrace-" + part.word());
    }
}
