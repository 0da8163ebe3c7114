package dev.millrace.bench.process;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The command-line option for the work folder of a measurement. */
public final class WorkFolderOption {
    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description = "Use this folder for all files and keep them.")
    private @Nullable Path keep;

    /** Creates the option for a command. */
    public WorkFolderOption() {}

    /** Opens the given folder, or a temporary one that is deleted when closed. */
    public WorkFolder open() throws IOException {
        return WorkFolder.open(keep);
    }
}
