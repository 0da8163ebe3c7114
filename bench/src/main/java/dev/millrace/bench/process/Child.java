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
 * A running program of ours that obeys {@link Orders}. Its standard error and its heap's log are
 * files of the folder. Used by one thread.
 */
public final class Child implements AutoCloseable {
    private static final Duration LONGEST_END = Duration.ofSeconds(20);
    private static final int SHOWN_LOG_LINES = 5;

    private final Process process;
    private final BufferedReader output;
    private final Path errors;
    private final Path collections;
    private final String ready;

    private Child(Process process, Path errors, Path collections) throws IOException {
        this.process = process;
        this.output = process.inputReader();
        this.errors = errors;
        this.collections = collections;
        String first = output.readLine();
        if (first == null) {
            close();
            throw new IOException("a process has not started: " + lastWords());
        }
        this.ready = first;
    }

    /**
     * Starts it and waits until it is ready.
     *
     * @param name of its files
     * @param options more options for its JVM
     * @throws IOException when it does not start
     */
    public static Child start(
            WorkFolder folder,
            String name,
            Class<?> program,
            List<String> options,
            List<String> arguments)
            throws IOException {
        Path errors = folder.file(name + ".log");
        Path collections = folder.file(name + ".gc.log");
        var all = new ArrayList<>(options);
        all.add(PeakMemory.heapOption(collections));
        Process process =
                ChildJvm.program(program.getName(), all, arguments)
                        .redirectError(errors.toFile())
                        .start();
        return new Child(process, errors, collections);
    }

    /** What it said when it was ready. */
    public String ready() {
        return ready;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Time of all its threads together so far; zero where the system does not tell. */
    public Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Most memory that it has used so far. */
    public PeakMemory memory() throws IOException {
        return PeakMemory.ofHeap(PeakMemory.residentMib(process.pid()), collections);
    }

    /** Makes it collect garbage; {@link #liveHeapMib} has the answer. */
    public void askForHeap() {
        try {
            Writer orders = process.outputWriter();
            orders.write(Orders.HEAP + "\n");
            orders.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("a process has ended: " + lastWords(), e);
        }
    }

    /** The heap that was in use after the collection that {@link #askForHeap} asked for, in MiB. */
    public long liveHeapMib() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException("a process has ended: " + lastWords());
        }
        return Long.parseLong(line.substring(Orders.HEAP.length() + 1));
    }

    /** The end of its log. */
    public String lastWords() {
        try {
            List<String> lines = Files.readAllLines(errors);
            return String.join(
                    "\n", lines.subList(Math.max(0, lines.size() - SHOWN_LOG_LINES), lines.size()));
        } catch (IOException e) {
            return "no log: " + e.getMessage();
        }
    }

    /** Ends it at once. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Lets it do its last work, and waits for its end. */
    @Override
    public void close() {
        try {
            process.outputWriter().close();
            if (!process.waitFor(LONGEST_END.toMillis(), TimeUnit.MILLISECONDS)) {
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
