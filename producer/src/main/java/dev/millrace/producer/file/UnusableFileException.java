package dev.millrace.producer.file;

import java.io.IOException;

/**
 * Thrown for a file that is no batch file. The message names the file, its kind, and what to do.
 */
public final class UnusableFileException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param name name of the file in the message
     * @param problem the kind of the file, and what to do, such as {@code is a ZIP archive; unpack
     *     it}
     */
    UnusableFileException(String name, String problem) {
        super(name + " " + problem);
    }
}
