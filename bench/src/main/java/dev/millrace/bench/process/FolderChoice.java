package dev.millrace.bench.process;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a measurement works. */
public final class FolderChoice {
    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description = "Works in this folder and leaves all files there.")
    private @Nullable Path keep;

    /** Made for a command. */
    public FolderChoice() {}

    /** The folder that was named, or one that is gone when it is closed. */
    public WorkFolder open() throws IOException {
        return WorkFolder.open(keep);
    }
}
