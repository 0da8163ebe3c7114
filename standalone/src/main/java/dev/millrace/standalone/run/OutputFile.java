package dev.millrace.standalone.run;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that is there whole or not at all: written beside its place and moved there at the end.
 * What is no regular file, such as {@code /dev/null}, is written to as it is.
 */
final class OutputFile implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final Path target;
    private final Path written;
    private final OutputStream stream;

    private OutputFile(Path target, Path written, OutputStream stream) {
        this.target = target;
        this.written = written;
        this.stream = stream;
    }

    static OutputFile open(Path target) throws IOException {
        Path written = isPlain(target) ? beside(target) : target;
        return new OutputFile(
                target,
                written,
                new BufferedOutputStream(
                        new ResultsStream(Files.newOutputStream(written), target), BUFFER_BYTES));
    }

    /**
     * Tries whether the file can be written, so that this is known before any call is paid.
     *
     * @throws IOException when it cannot
     */
    static void check(Path target) throws IOException {
        if (Files.isDirectory(target)) {
            throw new FileSystemException(target.toString(), null, "it is a folder");
        }
        if (isPlain(target)) {
            Files.newOutputStream(beside(target)).close();
            Files.delete(beside(target));
        }
    }

    private static boolean isPlain(Path target) {
        return !Files.exists(target) || Files.isRegularFile(target);
    }

    private static Path beside(Path target) {
        return target.resolveSibling(target.getFileName() + ".millrace-part");
    }

    OutputStream stream() {
        return stream;
    }

    /** Puts what was written in its place. */
    void commit() throws IOException {
        stream.close();
        if (!written.equals(target)) {
            Files.move(written, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Removes what was not put in its place. */
    @Override
    public void close() throws IOException {
        try {
            stream.close();
        } finally {
            if (!written.equals(target)) {
                Files.deleteIfExists(written);
            }
        }
    }

    /** Names the file when a write fails, which the operating system's message does not. */
    private static final class ResultsStream extends FilterOutputStream {
        private final Path target;

        ResultsStream(OutputStream file, Path target) {
            super(file);
            this.target = target;
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            try {
                out.write(bytes, from, length);
            } catch (IOException e) {
                throw new RunFailure(
                        "The results cannot be written to %s: %s. They are kept; the same command writes them without sending a line again"
                                .formatted(target, e.getMessage()),
                        e);
            }
        }
    }
}
