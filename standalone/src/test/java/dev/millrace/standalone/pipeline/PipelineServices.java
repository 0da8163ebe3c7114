package dev.millrace.standalone.pipeline;

import dev.millrace.retrieval.RetrievalService;
import dev.millrace.retrieval.RetrievalSettings;
import dev.millrace.router.Router;
import dev.millrace.router.RouterSettings;
import dev.millrace.testclusters.JobCluster;
import dev.millrace.worker.Worker;
import dev.millrace.worker.WorkerSettings;
import dev.millrace.worker.job.CallFollower;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;

/** Starts the services of a pipeline on a cluster. The caller closes them. */
final class PipelineServices {
    private PipelineServices() {}

    static Router router(JobCluster cluster, Path state) {
        return Router.start(
                RouterSettings.embedded(cluster.config("r1"), state),
                new SimpleMeterRegistry(),
                InstantSource.system());
    }

    static Worker worker(JobCluster cluster) {
        return Worker.start(
                new WorkerSettings(
                        cluster.config("w1"),
                        new SimpleMeterRegistry(),
                        InstantSource.system(),
                        System::nanoTime,
                        new SplittableRandom(1),
                        false,
                        "w1",
                        true,
                        List.of(),
                        CallFollower.NONE));
    }

    static RetrievalService retrieval(JobCluster cluster, Path index) {
        return RetrievalService.start(
                new RetrievalSettings(
                        cluster.config("retrieval"),
                        index,
                        "retrieval",
                        Duration.ZERO,
                        1,
                        new SimpleMeterRegistry(),
                        InstantSource.system(),
                        System::nanoTime));
    }
}
