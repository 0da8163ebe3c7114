package dev.millrace.standalone.cli.options;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.config.SinkConfig;
import dev.millrace.sink.database.DatabaseException;
import dev.millrace.sink.store.ResultStore;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.data.DataDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that select the database of a sink, whether or not the pipeline is running. */
public final class DatabaseOptions {
    private static final Path DEFAULT_DIRECTORY = Path.of(".millrace");

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description =
                    "Data directory with the results; default: .millrace, unless the configuration"
                            + " names a database.")
    private @Nullable Path directory;

    @Mixin private ConfigOption configOption = new ConfigOption();

    /**
     * Opens the selected database for reading.
     *
     * @throws UserError when there is no database or it cannot be read
     */
    public ResultStore open() {
        String jdbcUrl = jdbcUrl();
        try {
            return ResultStore.open(jdbcUrl);
        } catch (DatabaseException e) {
            throw UserError.failure(String.valueOf(e.getMessage()));
        }
    }

    private String jdbcUrl() {
        if (directory == null) {
            String configured =
                    configOption
                            .loadIfExists()
                            .map(MillraceConfig::sink)
                            .orElse(SinkConfig.DEFAULT)
                            .jdbcUrl();
            if (!configured.equals(SinkConfig.DEFAULT.jdbcUrl())) {
                return configured;
            }
        }
        Path folder = directory == null ? DEFAULT_DIRECTORY : directory;
        Path file = DataDirectory.database(folder);
        if (!Files.exists(file)) {
            throw UserError.usage(
                    "There are no results in %s. Name a data directory with --data-dir, or the database of a sink with sink.jdbc_url in a configuration."
                            .formatted(folder));
        }
        return "jdbc:sqlite:" + file;
    }
}
