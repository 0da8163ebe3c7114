package dev.millrace.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A running command. Its output goes to files, so that the command never blocks on a full pipe. */
public final class Running {
    /** Longest time to wait for the end of a command. */
    private static final Duration TIMEOUT = Duration.ofMinutes(30);

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

    /**
     * Starts a command without input.
     *
     * @param command what messages call it
     * @throws UncheckedIOException if the program does not exist
     */
    public static Running start(ProcessBuilder builder, String command) {
        try {
            Path out = Files.createTempFile("millrace-e2e", ".out");
            Path err = Files.createTempFile("millrace-e2e", ".err");
            out.toFile().deleteOnExit();
            err.toFile().deleteOnExit();
            Process process =
                    builder.redirectInput(ProcessBuilder.Redirect.from(emptyInput()))
                            .redirectOutput(out.toFile())
                            .redirectError(err.toFile())
                            .start();
            return new Running(process, command, out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static File emptyInput() {
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

    /** Kills the process as {@code kill -9} does, and waits for its end. */
    public void kill() {
        process.destroyForcibly();
        await();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Returns the standard output so far. */
    public String out() {
        return read(out);
    }

    /** Returns the standard error so far. */
    public String err() {
        return read(err);
    }

    /**
     * Waits until the standard output contains the text. A service prints {@code running} when it
     * handles signals; a signal before that ends the JVM with its own exit code.
     *
     * @throws AssertionError if the command ends without it
     */
    public void awaitOutput(String text) {
        Awaitility.await().until(() -> out().contains(text) || !isAlive());
        assertThat(out()).as(this::text).contains(text);
    }

    /** Waits for the end of the command; kills the command and fails after {@link #TIMEOUT}. */
    public Finished await() {
        return await(TIMEOUT);
    }

    /**
     * Waits for the end of the command. Kills the command and its children, and fails, after the
     * limit.
     */
    public Finished await(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                destroy();
                process.waitFor();
                throw new AssertionError(
                        command
                                + " did not end within "
                                + limit
                                + "\n--- standard output\n"
                                + text());
            }
            return new Finished(command, process.exitValue(), out(), err());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private String text() {
        return out() + "\n--- standard error\n" + err();
    }

    private void destroy() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private IllegalStateException interrupted(InterruptedException e) {
        destroy();
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
