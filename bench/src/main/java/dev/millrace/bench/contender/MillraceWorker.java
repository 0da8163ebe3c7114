package dev.millrace.bench.contender;

import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.worker.Worker;
import dev.millrace.worker.WorkerSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.InstantSource;
import java.util.SplittableRandom;

/** Runs Millrace's worker unchanged, except that in-process work replaces its HTTP calls. */
final class MillraceWorker {
    private MillraceWorker() {}

    static AutoCloseable start(ContenderTask task) {
        return switch (task.work()) {
            case Work.OverHttp work -> Worker.start(settings(task, work.provider()));
            case Work.InProcess work ->
                    Worker.start(
                            settings(task, BenchPipeline.NO_PROVIDER),
                            new DelayedProviders(work.time(), System::nanoTime));
        };
    }

    private static WorkerSettings settings(ContenderTask task, URI provider) {
        return new WorkerSettings(
                task.hasLimits()
                        ? task.pipeline().limitedConfig(task.concurrency(), provider)
                        : task.pipeline().config(task.concurrency(), provider),
                new SimpleMeterRegistry(),
                InstantSource.system(),
                System::nanoTime,
                new SplittableRandom());
    }
}
