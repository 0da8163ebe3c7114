package dev.millrace.standalone.run;

import java.nio.file.Path;

/**
 * A file of the run.
 *
 * @param content where its bytes are
 * @param identity says that it is the same file as in an earlier run: its absolute path
 * @param name what its batch is called, and how messages call it
 */
public record InputFile(Path content, String identity, String name) {

    /** A file as the user named it. */
    public static InputFile of(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        return new InputFile(path, absolute.toString(), absolute.getFileName().toString());
    }

    /** Standard input, of which a copy has been made. */
    public static InputFile standardInput(Path copy) {
        return new InputFile(copy, "-", "stdin");
    }
}
