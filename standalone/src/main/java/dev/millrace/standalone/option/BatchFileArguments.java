package dev.millrace.standalone.option;

import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Parameters;

/** The {@code FILE...} parameters: the batch files that a command reads. */
public final class BatchFileArguments {
    /** The file name that means standard input. */
    public static final String STANDARD_INPUT = InputFiles.STANDARD_INPUT;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "Batch files with one JSON request per line; - is standard input.")
    private List<String> files = List.of();

    /** Reads one batch file. */
    public interface Reader {
        /**
         * Reads the file to its end.
         *
         * @param name the file's name without its folder, or {@code stdin}
         */
        void read(String name, InputStream in) throws IOException;
    }

    /** Returns the file names as given on the command line. */
    public List<String> files() {
        return files;
    }

    /** Returns false if a file is standard input or a pipe. */
    public boolean canBeReadTwice() {
        return files.stream().noneMatch(it -> it.equals(STANDARD_INPUT) || isPipe(Path.of(it)));
    }

    private static boolean isPipe(Path file) {
        return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
    }

    /**
     * Opens the files one after the other and passes each to the reader.
     *
     * @throws UserError when a file does not exist or cannot be read
     */
    public void forEach(Reader reader) throws IOException {
        for (String file : files) {
            try (InputStream in = InputFiles.open(file)) {
                reader.read(InputFiles.name(file), in);
            }
        }
    }
}
