package dev.millrace.bench.torture;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A process that is killed, suspended and restarted. Thread-safe. */
final class RestartableProcess implements AutoCloseable {
    private final String name;
    private final ProcessBuilder builder;
    private @Nullable Process process;

    /** Guarded by this; false while the process is meant to be down. */
    private boolean isWanted;

    /**
     * @param log receives both output streams of all starts
     */
    RestartableProcess(String name, ProcessBuilder builder, Path log) {
        this.name = name;
        this.builder =
                builder.redirectErrorStream(true).redirectOutput(Redirect.appendTo(log.toFile()));
    }

    String name() {
        return name;
    }

    /** Returns what the running process uses; empty if there is none. */
    synchronized Optional<Footprint> footprint() {
        Process current = process;
        return current == null ? Optional.empty() : Footprint.of(current.pid());
    }

    /** Returns the builder of later starts, which can be changed. */
    ProcessBuilder builder() {
        return builder;
    }

    synchronized void start() throws IOException {
        isWanted = true;
        process = builder.start();
    }

    /** Kills the process as {@code kill -9} does, and waits for its end. */
    synchronized void kill() {
        isWanted = false;
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }

    /** Kills and starts the process, whether it has ended by itself or not. */
    void restart() throws IOException {
        kill();
        start();
    }

    /**
     * Sends SIGTERM and waits for the end.
     *
     * @return false if the process had to be killed
     */
    synchronized boolean terminate(Duration timeout) throws InterruptedException {
        isWanted = false;
        Process current = process;
        if (current == null) {
            return true;
        }
        current.destroy();
        boolean hasEnded = current.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        if (!hasEnded) {
            kill();
        }
        return hasEnded;
    }

    /** Suspends all threads, as SIGSTOP does. */
    void suspend() throws IOException {
        signal("STOP");
    }

    void resume() throws IOException {
        signal("CONT");
    }

    /**
     * Restarts the process if it has ended by itself.
     *
     * @return its exit code; null if it runs or is meant to be down
     */
    synchronized @Nullable Integer restartIfEnded() throws IOException {
        Process current = process;
        if (!isWanted || current == null || current.isAlive()) {
            return null;
        }
        start();
        return current.exitValue();
    }

    private synchronized void signal(String signal) throws IOException {
        Process current = process;
        if (current != null && current.isAlive()) {
            new ProcessBuilder("kill", "-" + signal, String.valueOf(current.pid()))
                    .start()
                    .onExit()
                    .join();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
