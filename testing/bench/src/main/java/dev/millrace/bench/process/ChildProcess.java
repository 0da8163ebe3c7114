package dev.millrace.bench.process;

import dev.millrace.bench.measurement.WorkFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A child process that runs until it is closed. Used by one thread. */
public final class ChildProcess implements AutoCloseable {
    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(20);
    private static final int SHOWN_LOG_LINES = 5;

    private final Process process;
    private final WorkFolder folder;
    private final String name;
    private final String ready;

    private ChildProcess(WorkFolder folder, String name, Process process, String announcement)
            throws IOException {
        this.process = process;
        this.folder = folder;
        this.name = name;
        BufferedReader output = process.inputReader();
        String line = output.readLine();
        while (line != null && !line.startsWith(announcement)) {
            line = output.readLine();
        }
        if (line == null) {
            close();
            throw new IOException(name + " did not start: " + lastLogLines());
        }
        this.ready = line.substring(announcement.length());
    }

    /**
     * Starts a program, and waits until it calls {@link ServedProgram#serve}.
     *
     * @param name base name of its log files
     * @param options additional JVM options
     * @throws IOException when the program does not start
     */
    public static ChildProcess program(
            WorkFolder folder,
            String name,
            Class<?> program,
            List<String> options,
            List<String> arguments)
            throws IOException {
        Process process =
                ChildJvm.program(folder, name, program.getName(), options, arguments).start();
        return new ChildProcess(folder, name, process, ServedProgram.READY);
    }

    /**
     * Starts a {@code millrace} command, and waits until it prints an address.
     *
     * @param announcement what it prints before the address
     * @throws IOException when the command does not start
     */
    public static ChildProcess millrace(
            WorkFolder folder,
            String name,
            List<String> options,
            List<String> arguments,
            String announcement)
            throws IOException {
        Process process = ChildJvm.millrace(folder, name, options, arguments).start();
        return new ChildProcess(folder, name, process, announcement);
    }

    /** Returns what the process reported when it was ready, such as an address. */
    public String ready() {
        return ready;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Returns the CPU time of all threads so far; zero where the system does not report it. */
    public Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Returns the last lines of the error log. */
    public String lastLogLines() {
        Path errorLog = ChildJvm.errorLog(folder, name);
        try {
            List<String> lines = Files.readAllLines(errorLog);
            return String.join(
                    "\n", lines.subList(Math.max(0, lines.size() - SHOWN_LOG_LINES), lines.size()));
        } catch (IOException e) {
            return "no log: " + e.getMessage();
        }
    }

    private void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Lets the process shut down and waits for its end; kills it after a timeout. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(SHUTDOWN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }
}
