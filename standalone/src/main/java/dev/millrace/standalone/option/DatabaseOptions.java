package dev.millrace.standalone.option;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.SinkConfig;
import dev.millrace.configuration.TopicsConfig;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.results.ResultStore;
import dev.millrace.standalone.client.BrokerProbe;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.log.Logging;
import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that select the database of a sink, while the pipeline runs or not. */
public final class DatabaseOptions {
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
        return open(directory, configOption.loadIfExists());
    }

    /**
     * Returns the JDBC URL of the selected database, which may contain a password.
     *
     * @throws UserError when there is no database
     */
    public String jdbcUrl() {
        return jdbcUrl(directory, configOption.loadIfExists());
    }

    /**
     * Returns a client of the pipeline that fills the selected database; empty if none is
     * configured, and no embedded one runs.
     */
    public Optional<PipelineClient> client() {
        Logging.quietConnections();
        Optional<MillraceConfig> config = configOption.loadIfExists();
        Optional<KafkaConfig> kafka =
                directory == null ? config.flatMap(MillraceConfig::kafka) : Optional.empty();
        Path folder = dataDirectory();
        String prefix = config.map(MillraceConfig::topics).orElse(TopicsConfig.CLUSTER).prefix();
        return kafka.or(
                        () ->
                                DataDirectory.announced(folder)
                                        .map(it -> KafkaConfig.of(it.bootstrapServers())))
                .map(it -> new PipelineClient(BrokerProbe.requireKafka(it), prefix));
    }

    /** Returns the configuration, if there is one. */
    public Optional<MillraceConfig> config() {
        return configOption.loadIfExists();
    }

    /** Returns the data directory, which need not exist. */
    public Path dataDirectory() {
        return directory == null ? ClusterOptions.DEFAULT_DIRECTORY : directory;
    }

    /** Returns the error for a database that cannot be read. */
    public static UserError unreadable(DatabaseException e) {
        return UserError.failure("The results cannot be read: " + e.getMessage());
    }

    /**
     * Opens the database in a data directory, or else the configured one.
     *
     * @param directory null for the configured database
     */
    static ResultStore open(@Nullable Path directory, Optional<MillraceConfig> config) {
        try {
            return ResultStore.open(jdbcUrl(directory, config));
        } catch (DatabaseException e) {
            throw unreadable(e);
        }
    }

    static String jdbcUrl(@Nullable Path directory, Optional<MillraceConfig> config) {
        SinkConfig sink = config.map(MillraceConfig::sink).orElse(SinkConfig.DEFAULT);
        if (directory == null && !sink.jdbcUrl().equals(SinkConfig.DEFAULT.jdbcUrl())) {
            return sink.jdbcUrl();
        }
        Path folder = directory == null ? ClusterOptions.DEFAULT_DIRECTORY : directory;
        Path file = DataDirectory.database(folder);
        if (!Files.exists(file)) {
            throw UserError.usage(
                    "There are no results in %s. Name a data directory with --data-dir, or the database of a sink with sink.jdbc_url in a configuration.%s"
                            .formatted(folder, SimulatedAnswers.resultsHint()));
        }
        return Database.sqliteUrl(file);
    }
}
