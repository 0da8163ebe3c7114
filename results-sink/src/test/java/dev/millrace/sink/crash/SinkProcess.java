package dev.millrace.sink.crash;

import dev.millrace.store.fixture.TestDatabase;
import dev.millrace.testclusters.JavaProcess;
import dev.millrace.testclusters.RestartableProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A sink in its own process, which can be killed and suspended. Used by one thread. */
final class SinkProcess {
    private final Path log;
    private final RestartableProcess process;

    /** Starts a sink, which appends its output to the given file. */
    SinkProcess(String bootstrapServers, TestDatabase database, Path log) throws IOException {
        this.log = log;
        process =
                new RestartableProcess(
                        "sink",
                        new ProcessBuilder(
                                JavaProcess.command(
                                        "256m",
                                        SinkProgram.class,
                                        bootstrapServers,
                                        database.url())),
                        log);
        process.start();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Kills the process as {@code kill -9} does, and waits for its end. */
    void kill() {
        process.kill();
    }

    void suspend() throws IOException {
        process.suspend();
    }

    void resume() throws IOException {
        process.resume();
    }

    /** Returns all that the process has printed. */
    String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the state of the process and its log. */
    @Override
    public String toString() {
        return (process.isAlive() ? "lives:\n" : "has ended:\n") + output();
    }
}
