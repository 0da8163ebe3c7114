package dev.millrace.producer.file;

import java.io.IOException;

/** A file is no batch file. The message names the file, says what it is, and what to do. */
public final class UnusableFileException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param name what the message calls the file
     * @param problem what the file is, and what to do, such as {@code is a ZIP archive; unpack it}
     */
    UnusableFileException(String name, String problem) {
        super(name + " " + problem);
    }
}
