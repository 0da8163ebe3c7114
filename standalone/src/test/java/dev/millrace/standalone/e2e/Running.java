package dev.millrace.standalone.e2e;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A command that has been started. What it prints goes to files, so that it never waits for a
 * reader.
 */
public final class Running {
    /** A command that takes longer hangs. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Process process;
    private final String command;
    private final Path out;
    private final Path err;

    private Running(Process process, String command, Path out, Path err) {
        this.process = process;
        this.command = command;
        this.out = out;
        this.err = err;
    }

    static Running start(ProcessBuilder builder, String command) {
        try {
            Path out = Files.createTempFile("millrace-e2e", ".out");
            Path err = Files.createTempFile("millrace-e2e", ".err");
            out.toFile().deleteOnExit();
            err.toFile().deleteOnExit();
            Process process =
                    builder.redirectInput(ProcessBuilder.Redirect.from(nothing()))
                            .redirectOutput(out.toFile())
                            .redirectError(err.toFile())
                            .start();
            return new Running(process, command, out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static File nothing() {
        return new File("/dev/null");
    }

    /** Sends the signal that Ctrl-C sends. */
    public void interrupt() {
        signal("INT");
    }

    /** Sends the signal that a service manager sends. */
    public void terminate() {
        signal("TERM");
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Ends it as {@code kill -9} does, and waits until it is gone. */
    public void kill() {
        process.destroyForcibly();
        await();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** What it has printed to standard output so far. */
    public String out() {
        return read(out);
    }

    /** What it has printed to standard error so far. */
    public String err() {
        return read(err);
    }

    /** Waits for its end, not for ever. */
    public Finished await() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError(
                        command + " did not end within " + PATIENCE + "; it printed\n" + text());
            }
            return new Finished(command, process.exitValue(), out(), err());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private String text() {
        return out() + "\n--- and to standard error\n" + err();
    }

    private IllegalStateException interrupted(InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
        return new IllegalStateException(e);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
