package dev.millrace.bench.measurement;

import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every measurement. */
public final class MeasurementOptions {
    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description = "Use this folder for all files and keep them.")
    private @Nullable Path keep;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    /** Creates the options for a command. */
    public MeasurementOptions() {}

    /** Measures, prints the report, and returns the exit code. */
    public int run(Measurement measurement) throws IOException, InterruptedException {
        Terminal terminal = Terminal.system();
        try (var folder = WorkFolder.open(keep)) {
            var setup = new Setup(folder, terminal, InstantSource.system(), System::nanoTime);
            Report report = measurement.measure(setup);
            terminal.out().print(json ? report.json() + "\n" : report.text());
            terminal.out().flush();
            return report.isGood() ? ExitCode.OK : ExitCode.FAILURE;
        }
    }

    /**
     * Checks the value of an option.
     *
     * @throws UserError if the value is out of range
     */
    public static void require(String option, long value, long min, long max) {
        if (value < min || value > max) {
            throw UserError.usage(option + " must be " + min + " to " + max + ", was " + value);
        }
    }
}
