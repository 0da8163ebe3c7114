package dev.millrace.bench.quota;

import dev.millrace.bench.cluster.WorkerProgram;
import dev.millrace.bench.process.ChildProcess;
import dev.millrace.bench.process.WorkFolder;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Workers with one configuration, each in its own process. Used by one thread. */
final class WorkerFleet implements AutoCloseable {
    private final WorkFolder folder;
    private final String name;
    private final String yaml;
    private final Deque<ChildProcess> workers = new ArrayDeque<>();
    private final List<Thread> leaving = new ArrayList<>();
    private int started;

    /**
     * Creates a fleet without workers.
     *
     * @param name base name of the files
     * @param yaml configuration of each worker
     */
    WorkerFleet(WorkFolder folder, String name, String yaml) {
        this.folder = folder;
        this.name = name;
        this.yaml = yaml;
    }

    /** Starts workers until there are {@code count}, or lets the newest ones leave meanwhile. */
    void resize(int count) throws IOException {
        while (workers.size() < count) {
            workers.add(WorkerProgram.start(folder, name + "-" + ++started, yaml));
        }
        while (workers.size() > count) {
            leaving.add(Thread.ofVirtual().start(workers.removeLast()::close));
        }
    }

    /** Describes a worker that ended early; empty when all are running. */
    Optional<String> problem() {
        return workers.stream()
                .filter(it -> !it.isAlive())
                .map(it -> "a worker ended early: " + it.lastLogLines())
                .findFirst();
    }

    @Override
    public void close() {
        workers.forEach(it -> leaving.add(Thread.ofVirtual().start(it::close)));
        workers.clear();
        try {
            for (Thread thread : leaving) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
