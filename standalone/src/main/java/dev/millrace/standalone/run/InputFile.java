package dev.millrace.standalone.run;

import java.nio.file.Path;

/**
 * An input file of a run.
 *
 * @param content the file to read; for standard input, a copy of it
 * @param path absolute path, by which a later run recognizes the file after an edit
 * @param name name of the file's batch, also used for the file in messages
 */
record InputFile(Path content, String path, String name) {

    /** Returns the input file at the path that the user named. */
    static InputFile of(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        return new InputFile(path, absolute.toString(), absolute.getFileName().toString());
    }

    /** Returns the input file for a copy of standard input. */
    static InputFile standardInput(Path copy) {
        return new InputFile(copy, "-", "stdin");
    }
}
