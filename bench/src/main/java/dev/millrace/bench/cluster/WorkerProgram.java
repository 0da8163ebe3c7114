package dev.millrace.bench.cluster;

import dev.millrace.bench.process.ParentControl;
import dev.millrace.contracts.config.loading.ConfigLoader;
import dev.millrace.worker.Worker;
import dev.millrace.worker.WorkerSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.SplittableRandom;

/** A program that runs Millrace's worker unchanged, until its parent stops it. */
public final class WorkerProgram {
    private WorkerProgram() {}

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
