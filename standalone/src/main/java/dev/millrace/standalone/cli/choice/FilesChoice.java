package dev.millrace.standalone.cli.choice;

import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Parameters;

/** Which batch files a command reads. */
public final class FilesChoice {
    /** Stands for standard input among the files. */
    public static final String STANDARD_INPUT = "-";

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "Batch files with one request in JSON on each line; - is standard input.")
    private List<String> files = List.of();

    /** Reads one file. */
    public interface Reader {
        /**
         * Reads it to its end.
         *
         * @param name the file's name without its folder, or {@code stdin}
         */
        void read(String name, InputStream in) throws IOException;
    }

    /** Made for a command. */
    public FilesChoice() {}

    /** As they were named. */
    public List<String> files() {
        return files;
    }

    /**
     * Opens one after the other.
     *
     * @throws UserError for one that is not there or cannot be read
     */
    public void forEach(Reader reader) throws IOException {
        for (String file : files) {
            try (InputStream in = open(file)) {
                reader.read(name(file), in);
            }
        }
    }

    private static InputStream open(String file) {
        if (file.equals(STANDARD_INPUT)) {
            return System.in;
        }
        if (Files.isDirectory(Path.of(file))) {
            throw UserError.usage(file + " is a folder; name the files in it");
        }
        try {
            return Files.newInputStream(Path.of(file));
        } catch (IOException e) {
            throw UserError.usage(
                    Files.exists(Path.of(file))
                            ? file + " cannot be read"
                            : "There is no file " + file);
        }
    }

    private static String name(String file) {
        return file.equals(STANDARD_INPUT)
                ? "stdin"
                : Path.of(file).toAbsolutePath().normalize().getFileName().toString();
    }
}
