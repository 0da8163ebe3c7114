package dev.millrace.testclusters;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A process that is killed, suspended and restarted. Thread-safe. */
public final class RestartableProcess {
    private final String name;
    private final ProcessBuilder builder;
    private @Nullable Process process;

    /** Guarded by this; false while the process is meant to be down. */
    private boolean isWanted;

    /**
     * @param log receives both output streams of all starts
     */
    public RestartableProcess(String name, ProcessBuilder builder, Path log) {
        this.name = name;
        this.builder =
                builder.redirectErrorStream(true).redirectOutput(Redirect.appendTo(log.toFile()));
    }

    public String name() {
        return name;
    }

    /** Returns the id of the last started process; -1 before the first start. */
    public synchronized long pid() {
        return process == null ? -1 : process.pid();
    }

    public synchronized boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Returns the builder of later starts, which can be changed. */
    public ProcessBuilder builder() {
        return builder;
    }

    public synchronized void start() throws IOException {
        isWanted = true;
        process = builder.start();
    }

    public static void startAll(List<RestartableProcess> processes) throws IOException {
        for (RestartableProcess process : processes) {
            process.start();
        }
    }

    /** Kills the process as {@code kill -9} does, and waits for its end. */
    public synchronized void kill() {
        isWanted = false;
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }

    /** Kills and starts the process, whether it has ended by itself or not. */
    public void restart() throws IOException {
        kill();
        start();
    }

    /** Sends SIGTERM and waits for the end; kills the process after a timeout. */
    public synchronized void terminate(Duration timeout) throws InterruptedException {
        isWanted = false;
        if (process != null) {
            process.destroy();
            boolean _ = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
            kill();
        }
    }

    /** Suspends all threads, as SIGSTOP does. */
    public synchronized void suspend() throws IOException {
        if (process != null) {
            JavaProcess.suspend(process);
        }
    }

    public synchronized void resume() throws IOException {
        if (process != null) {
            JavaProcess.resume(process);
        }
    }

    /**
     * Restarts the process if it has ended by itself.
     *
     * @return its exit code; null if it runs or is meant to be down
     */
    public synchronized @Nullable Integer restartIfEnded() throws IOException {
        Process current = process;
        if (!isWanted || current == null || current.isAlive()) {
            return null;
        }
        start();
        return current.exitValue();
    }
}
