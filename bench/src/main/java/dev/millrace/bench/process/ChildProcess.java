package dev.millrace.bench.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A child process controlled through {@link ParentControl}. Its standard error and GC log are files
 * in the work folder. Used by one thread.
 */
public final class ChildProcess implements AutoCloseable {
    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(20);
    private static final int SHOWN_LOG_LINES = 5;

    /** CPU share below which a process is idle; following a changelog takes more. */
    private static final double IDLE_CPU_SHARE = 0.3;

    private static final int IDLE_SECONDS = 5;
    private static final double MILLIS_PER_SECOND = 1_000;

    private final Process process;
    private final BufferedReader output;
    private final Path errorLog;
    private final Path gcLog;
    private final String ready;

    private ChildProcess(Process process, Path errorLog, Path gcLog) throws IOException {
        this.process = process;
        this.output = process.inputReader();
        this.errorLog = errorLog;
        this.gcLog = gcLog;
        String first = output.readLine();
        if (first == null) {
            close();
            throw new IOException("a process did not start: " + lastLogLines());
        }
        this.ready = first;
    }

    /**
     * Starts a program and waits until it is ready.
     *
     * @param name base name of the log files
     * @param options additional JVM options
     * @throws IOException when the program does not start
     */
    public static ChildProcess start(
            WorkFolder folder,
            String name,
            Class<?> program,
            List<String> options,
            List<String> arguments)
            throws IOException {
        Path errorLog = folder.file(name + ".log");
        Path gcLog = folder.file(name + ".gc.log");
        var all = new ArrayList<>(options);
        all.add(PeakMemory.heapOption(gcLog));
        Process process =
                ChildJvm.program(program.getName(), all, arguments)
                        .redirectError(errorLog.toFile())
                        .start();
        return new ChildProcess(process, errorLog, gcLog);
    }

    /** Returns the line with which the process reported that it is ready. */
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

    /** Waits until the process has been idle for some seconds, or has ended. */
    public void awaitIdle() throws InterruptedException {
        for (int idle = 0; idle < IDLE_SECONDS && isAlive(); ) {
            Duration before = cpu();
            Thread.sleep(Duration.ofSeconds(1));
            double used = cpu().minus(before).toMillis() / MILLIS_PER_SECOND;
            idle = used < IDLE_CPU_SHARE ? idle + 1 : 0;
        }
    }

    /** Returns the peak memory so far. */
    public PeakMemory memory() throws IOException {
        return PeakMemory.ofHeap(PeakMemory.residentMib(process.pid()), gcLog);
    }

    /** Asks the process to collect garbage; {@link #liveHeapMib} returns the result. */
    public void requestLiveHeap() {
        try {
            send(ParentControl.HEAP);
        } catch (IOException e) {
            throw new UncheckedIOException("a process ended early: " + lastLogLines(), e);
        }
    }

    /** Waits for the heap use after the collection of {@link #requestLiveHeap}, in MiB. */
    public long liveHeapMib() throws IOException {
        return Long.parseLong(answer().substring(ParentControl.HEAP.length() + 1));
    }

    /**
     * Sends a request that the program serves, and waits for its answer.
     *
     * @throws IOException when the process ends instead
     */
    public String ask(String request) throws IOException {
        send(request);
        return answer();
    }

    private void send(String request) throws IOException {
        Writer control = process.outputWriter();
        control.write(request + "\n");
        control.flush();
    }

    private String answer() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException("a process ended early: " + lastLogLines());
        }
        return line;
    }

    /** Returns the last lines of the error log. */
    public String lastLogLines() {
        try {
            List<String> lines = Files.readAllLines(errorLog);
            return String.join(
                    "\n", lines.subList(Math.max(0, lines.size() - SHOWN_LOG_LINES), lines.size()));
        } catch (IOException e) {
            return "no log: " + e.getMessage();
        }
    }

    /** Kills the process. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Lets the process shut down and waits for its end; kills it after a timeout. */
    @Override
    public void close() {
        try {
            process.outputWriter().close();
            if (!process.waitFor(SHUTDOWN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
        } catch (IOException e) {
            kill();
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }
}
