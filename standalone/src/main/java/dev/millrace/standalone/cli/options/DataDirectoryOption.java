package dev.millrace.standalone.cli.options;

import dev.millrace.standalone.data.AnswerSource;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.data.DataDirectoryException;
import dev.millrace.standalone.log.Logging;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The {@code --data-dir} option of commands that run an embedded pipeline. */
public final class DataDirectoryOption {
    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = ".millrace",
            description = "The data directory: broker, results and log; default: ${DEFAULT-VALUE}.")
    private Path directory = Path.of(".millrace");

    /** Locks the directory for simulated or real answers, and redirects the log to it. */
    public DataDirectory open(boolean simulated) {
        DataDirectory data = DataDirectory.open(directory);
        try {
            claim(data, simulated);
            return data;
        } catch (DataDirectoryException e) {
            data.close();
            throw e;
        }
    }

    /** Locks the directory, which the caller clears and then claims. */
    public DataDirectory openToClear() {
        return DataDirectory.openToClear(directory);
    }

    /** Reserves the directory for simulated or real answers, and redirects the log to it. */
    public static void claim(DataDirectory data, boolean simulated) {
        data.claim(AnswerSource.of(simulated));
        Logging.toFile(data.log());
    }
}
