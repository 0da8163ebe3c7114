package dev.millrace.standalone.result;

import com.github.luben.zstd.ZstdOutputStream;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPOutputStream;

/**
 * The output file, which appears only when complete. It is written to a part file in its folder,
 * which {@link #commit} renames. It is compressed with gzip or zstd if its name ends with {@code
 * .gz} or {@code .zst}. An existing target that is not a regular file, such as {@code /dev/null},
 * is written directly, and the name {@code -} is standard output.
 */
public final class OutputFile implements AutoCloseable {
    private static final Path STANDARD_OUTPUT = Path.of("-");
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int COMPRESSED_BYTES = 64 * 1024;

    private final Path target;
    private final Path written;
    private final OutputStream stream;

    private OutputFile(Path target, Path written, OutputStream stream) {
        this.target = target;
        this.written = written;
        this.stream = stream;
    }

    /** Opens the output file for the given target. */
    public static OutputFile open(Path target) throws IOException {
        if (isStandardOutput(target)) {
            return new OutputFile(
                    target,
                    target,
                    new BufferedOutputStream(Terminal.system().out(), BUFFER_BYTES));
        }
        Path written = isRegular(target) ? partFile(target) : target;
        return new OutputFile(
                target,
                written,
                new BufferedOutputStream(
                        compressed(
                                target, new ResultsStream(Files.newOutputStream(written), target)),
                        BUFFER_BYTES));
    }

    private static OutputStream compressed(Path target, OutputStream file) throws IOException {
        String name = target.toString();
        if (name.endsWith(".gz")) {
            return new GZIPOutputStream(file, COMPRESSED_BYTES);
        }
        return name.endsWith(".zst") ? new ZstdOutputStream(file).setChecksum(true) : file;
    }

    /**
     * Checks that the file can be written, before any call is paid for.
     *
     * @throws IOException if the file cannot be written
     */
    public static void check(Path target) throws IOException {
        if (isStandardOutput(target)) {
            return;
        }
        if (Files.isDirectory(target)) {
            throw new FileSystemException(target.toString(), null, "it is a folder");
        }
        if (isRegular(target)) {
            Files.newOutputStream(partFile(target)).close();
            Files.delete(partFile(target));
        }
    }

    /** Returns true if the results go to standard output. */
    public static boolean isStandardOutput(Path target) {
        return target.equals(STANDARD_OUTPUT);
    }

    private static boolean isRegular(Path target) {
        return !Files.exists(target) || Files.isRegularFile(target);
    }

    private static Path partFile(Path target) {
        return target.resolveSibling(target.getFileName() + ".millrace-part");
    }

    /** Returns the stream to write the results to. */
    public OutputStream stream() {
        return stream;
    }

    /** Closes the stream and replaces the target with the part file. */
    public void commit() throws IOException {
        stream.close();
        if (!written.equals(target)) {
            Files.move(written, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Deletes the part file, unless it was committed. */
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

    /** Adds the name of the file to a write error, which the operating system omits. */
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
                throw UserError.failure(
                        "The results cannot be written to %s: %s. They are stored; run the command again to write them without sending any line again"
                                .formatted(target, e.getMessage()),
                        e);
            }
        }
    }
}
