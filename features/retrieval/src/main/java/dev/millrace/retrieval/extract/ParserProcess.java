package dev.millrace.retrieval.extract;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.tika.mime.MediaType;
import org.jspecify.annotations.Nullable;

/**
 * Parses documents in a child process, {@link ParserMain}, which ends if a document takes too much
 * memory or time. The next document starts a new child. Used by one thread.
 */
final class ParserProcess implements AutoCloseable {
    /** Environment variables that the child process gets. */
    private static final Set<String> INHERITED =
            Set.of("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH");

    private final ParserLimits limits;
    private @Nullable Connection connection;

    ParserProcess(ParserLimits limits) {
        this.limits = limits;
    }

    Extraction parse(MediaType type, byte[] document) {
        Connection open;
        try {
            open = connection();
        } catch (IOException e) {
            return new Extraction.Refused(
                    "was not read: the process that reads %s does not start: %s"
                            .formatted(type, e.getMessage()));
        }
        try {
            ParserMessages.writeDocument(open.output, type, document);
            return ParserMessages.readExtraction(open.input);
        } catch (IOException _) {
            connection = null;
            return reason(type, open.end());
        }
    }

    @Override
    public void close() {
        if (connection != null) {
            var _ = connection.end();
            connection = null;
        }
    }

    private Connection connection() throws IOException {
        if (connection == null) {
            connection = new Connection(start());
        }
        return connection;
    }

    private Process start() throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        var builder =
                new ProcessBuilder(
                        List.of(
                                java.toString(),
                                "-Xmx" + limits.heapMib() + "m",
                                "-XX:+UseSerialGC",
                                "-XX:+ExitOnOutOfMemoryError",
                                // Standard output carries messages only.
                                "-Xlog:disable",
                                "-XX:+DisplayVMOutputToStderr",
                                "-Djava.awt.headless=true",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ParserMain.class.getName(),
                                Long.toString(limits.time().toMillis())));
        // Untrusted documents get no access to providers' keys. JVM options of the parent, such as
        // a debugger's port, do not stop the child.
        builder.environment().keySet().retainAll(INHERITED);
        return builder.redirectError(Redirect.DISCARD).start();
    }

    private Extraction reason(MediaType type, int exitCode) {
        return switch (exitCode) {
            case ParserMain.OUT_OF_MEMORY ->
                    new Extraction.Refused(
                            "takes more than %d MiB of memory to be read as %s; divide it, or save it as text"
                                    .formatted(limits.heapMib(), type));
            case ParserMain.OUT_OF_TIME ->
                    new Extraction.Refused(
                            "takes more than %d seconds to be read as %s; divide it, or save it as text"
                                    .formatted(limits.time().toSeconds(), type));
            default -> TikaParser.broken(type);
        };
    }

    /** A running child process. */
    private static final class Connection {
        private final Process process;
        private final DataOutputStream output;
        private final DataInputStream input;

        /** Waits until the process is ready. */
        Connection(Process process) throws IOException {
            this.process = process;
            output = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
            input = new DataInputStream(new BufferedInputStream(process.getInputStream()));
            if (input.read() != ParserMessages.READY) {
                throw new IOException("it ended with exit code " + end());
            }
        }

        /** Returns the exit code. The process ends, as it has no further document to read. */
        int end() {
            try {
                output.close();
            } catch (IOException _) {
                // The process has ended.
            }
            return process.onExit().join().exitValue();
        }
    }
}
