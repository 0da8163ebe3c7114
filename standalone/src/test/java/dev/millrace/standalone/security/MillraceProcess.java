package dev.millrace.standalone.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.standalone.Main;
import dev.millrace.testclusters.JavaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A command in a separate process. Used by one thread. */
final class MillraceProcess implements AutoCloseable {
    private final Process process;
    private final Path output;

    /**
     * Starts a command.
     *
     * @param folder working folder of the command, which also keeps its output
     */
    MillraceProcess(Path folder, String... arguments) throws IOException {
        output = Files.createTempFile(folder, "output", ".txt");
        process =
                new ProcessBuilder(JavaProcess.command("512m", Main.class, arguments))
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
    }

    /** Waits for the end of the command; returns its exit code. */
    int exitCode() throws InterruptedException {
        return process.waitFor();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Returns all output so far, of both streams. */
    String output() {
        try {
            return Files.readString(output, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills the process as {@code kill -9} does, if it still runs. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
