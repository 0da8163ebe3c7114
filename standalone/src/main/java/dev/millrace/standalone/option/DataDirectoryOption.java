package dev.millrace.standalone.option;

import dev.millrace.contracts.job.JobId;
import dev.millrace.results.ResultStore;
import dev.millrace.results.StoredCost;
import dev.millrace.standalone.data.AnswerSource;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.data.DataDirectoryException;
import dev.millrace.standalone.log.Logging;
import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The {@code --data-dir} option of commands that run an embedded pipeline. */
public final class DataDirectoryOption {
    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description =
                    "The data directory: broker, results and log; default: .millrace, with --simulate"
                            + " .millrace-simulated.")
    private @Nullable Path directory;

    /** Locks the directory for simulated or real answers, and redirects the log to it. */
    public DataDirectory open(boolean simulated) {
        DataDirectory data = DataDirectory.open(directory(simulated));
        try {
            claim(data, simulated);
            return data;
        } catch (DataDirectoryException e) {
            data.close();
            throw e;
        }
    }

    /**
     * Returns the cost events of the jobs in the directory if it has simulated or real answers, as
     * asked for; none otherwise. Does not lock the directory.
     */
    public List<StoredCost> costs(boolean simulated, Collection<JobId> jobs) {
        Optional<Path> database = database(simulated);
        if (database.isEmpty()) {
            return List.of();
        }
        try (ResultStore store = ResultStore.open(Database.sqliteUrl(database.get()))) {
            return store.costs(jobs);
        } catch (DatabaseException e) {
            throw DatabaseOptions.unreadable(e);
        }
    }

    /**
     * Returns the database of the directory if it has simulated or real answers, as asked for. Does
     * not lock the directory.
     */
    public Optional<Path> database(boolean simulated) {
        return DataDirectory.answers(directory(simulated), AnswerSource.of(simulated));
    }

    /** Returns the file of the directory with the journal of {@code millrace run}. */
    public Path journal(boolean simulated) {
        return DataDirectory.journal(directory(simulated));
    }

    /** Locks the directory, which the caller clears and then claims. */
    public DataDirectory openToClear(boolean simulated) {
        return DataDirectory.openToClear(directory(simulated));
    }

    private Path directory(boolean simulated) {
        return directory == null ? AnswerSource.of(simulated).directory() : directory;
    }

    /** Reserves the directory for simulated or real answers, and redirects the log to it. */
    public static void claim(DataDirectory data, boolean simulated) {
        data.claim(AnswerSource.of(simulated));
        Logging.toFile(data.log());
    }
}
