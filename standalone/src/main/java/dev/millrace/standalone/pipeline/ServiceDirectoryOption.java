package dev.millrace.standalone.pipeline;

import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.data.DataDirectoryException;
import dev.millrace.standalone.data.DataDirectoryException.Problem;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The {@code --data-dir} option of a single service. */
public final class ServiceDirectoryOption {
    /** Maximum number of routers that can use default data directories in one working directory. */
    private static final int MAX_DIRECTORIES = 100;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description =
                    "The service's files; default: .millrace-SERVICE. The log goes to standard"
                            + " error.")
    private @Nullable Path directory;

    /**
     * Locks the data directory of a router or sink.
     *
     * <p>When another router holds the default directory, a router uses the next free one, because
     * it restores its state from Kafka. A sink cannot restore its database, so it never uses
     * another directory.
     */
    public DataDirectory open(PipelinePart part) {
        if (directory != null || part != PipelinePart.ROUTER) {
            return open(part, directory == null ? defaultDirectory(part) : directory);
        }
        for (int i = 1; ; i++) {
            Path candidate =
                    i == 1 ? defaultDirectory(part) : Path.of(defaultDirectory(part) + "-" + i);
            try {
                DataDirectory data = DataDirectory.open(candidate);
                if (i > 1) {
                    Terminal.system()
                            .say(
                                    "%s is in use; this router keeps its files in %s"
                                            .formatted(defaultDirectory(part), candidate));
                }
                return data;
            } catch (DataDirectoryException e) {
                if (e.problem() != Problem.IN_USE || i == MAX_DIRECTORIES) {
                    throw e;
                }
            }
        }
    }

    private static DataDirectory open(PipelinePart part, Path only) {
        try {
            return DataDirectory.open(only);
        } catch (DataDirectoryException e) {
            if (part == PipelinePart.SINK && e.problem() == Problem.IN_USE) {
                throw UserError.failure(
                        e.getMessage()
                                + ". Several sinks share the work in a PostgreSQL database only: set"
                                + " sink.jdbc_url");
            }
            throw e;
        }
    }

    /** Returns the default data directory of a service. */
    public static Path defaultDirectory(PipelinePart part) {
        return Path.of(".millrace-" + part.word());
    }
}
