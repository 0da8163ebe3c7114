package dev.millrace.bench.cluster;

import dev.millrace.bench.process.ChildProcess;
import dev.millrace.bench.process.ParentControl;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.contracts.config.loading.ConfigLoader;
import dev.millrace.worker.Worker;
import dev.millrace.worker.WorkerSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A program that runs Millrace's worker unchanged, until its parent stops it. */
public final class WorkerProgram {
    private static final String HEAP = "-Xmx256m";

    private WorkerProgram() {}

    /**
     * Starts a worker in its own process, with 256 MiB of heap.
     *
     * @param name base name of its files
     * @param yaml its configuration
     * @throws IOException when the process does not start
     */
    public static ChildProcess start(WorkFolder folder, String name, String yaml)
            throws IOException {
        Path file = folder.file(name + ".yaml");
        Files.writeString(file, yaml);
        return ChildProcess.start(
                folder, name, WorkerProgram.class, List.of(HEAP), List.of(file.toString()));
    }

    /**
     * Runs the worker.
     *
     * @param args the configuration file
     */
    public static void main(String[] args) throws Exception {
        Path file = Path.of(args[0]);
        var config = new ConfigLoader(Map.of()).parse(args[0], Files.readString(file));
        var settings =
                new WorkerSettings(
                        config,
                        new SimpleMeterRegistry(),
                        InstantSource.system(),
                        System::nanoTime,
                        new SplittableRandom());
        ParentControl.serve("worker", Worker.start(settings));
    }
}
