package dev.millrace.standalone.cli;

import dev.millrace.standalone.data.Answering;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.data.DataDirectoryException;
import dev.millrace.standalone.log.Logging;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which data directory a command works in. */
final class DataChoice {
    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = ".millrace",
            description = "Where broker, results and log are kept; default: ${DEFAULT-VALUE}.")
    private Path directory = Path.of(".millrace");

    DataChoice() {}

    /** Holds the directory for answers of that kind, and sends the log there from now on. */
    DataDirectory open(boolean simulated) {
        DataDirectory data = DataDirectory.open(directory);
        try {
            claim(data, simulated);
            return data;
        } catch (DataDirectoryException e) {
            data.close();
            throw e;
        }
    }

    /** Holds the directory, of which all is to be forgotten before it is claimed. */
    DataDirectory openToClear() {
        return DataDirectory.openToClear(directory);
    }

    /** Keeps answers of that kind in the directory, and the log. */
    static void claim(DataDirectory data, boolean simulated) {
        data.claim(Answering.of(simulated));
        Logging.toFile(data.log());
    }
}
