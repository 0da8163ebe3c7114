package dev.millrace.standalone.option;

import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens the input files of commands. */
public final class InputFiles {
    /** The file name that means standard input. */
    static final String STANDARD_INPUT = "-";

    private InputFiles() {}

    /**
     * Opens a file.
     *
     * @throws UserError when the file does not exist or cannot be read
     */
    public static InputStream open(String file) {
        if (file.equals(STANDARD_INPUT)) {
            return System.in;
        }
        if (Files.isDirectory(Path.of(file))) {
            throw UserError.usage(file + " is a folder. Name the files in it");
        }
        try {
            return Files.newInputStream(Path.of(file));
        } catch (IOException e) {
            throw UserError.usage(
                    Files.exists(Path.of(file))
                            ? "Cannot read " + file
                            : "There is no file " + file);
        }
    }

    /** Returns the file's name without its folder, or {@code stdin}. */
    public static String name(String file) {
        return file.equals(STANDARD_INPUT)
                ? "stdin"
                : Path.of(file).toAbsolutePath().normalize().getFileName().toString();
    }
}
