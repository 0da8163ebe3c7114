package dev.millrace.bench.contender;

import dev.millrace.bench.cluster.Pipeline;
import dev.millrace.worker.Worker;
import dev.millrace.worker.WorkerSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.InstantSource;
import java.util.SplittableRandom;

/** Millrace's worker as it is; only where the work is within the process are its calls replaced. */
final class MillraceWorker {
    private MillraceWorker() {}

    static AutoCloseable start(Task task) {
        return switch (task.work()) {
            case Work.OverHttp work -> Worker.start(settings(task, work.provider()));
            case Work.InProcess work ->
                    Worker.start(
                            settings(task, Pipeline.NO_PROVIDER),
                            new WaitingProviders(work.time(), System::nanoTime));
        };
    }

    private static WorkerSettings settings(Task task, URI provider) {
        return new WorkerSettings(
                task.pipeline().config(task.concurrency(), provider),
                new SimpleMeterRegistry(),
                InstantSource.system(),
                System::nanoTime,
                new SplittableRandom());
    }
}
