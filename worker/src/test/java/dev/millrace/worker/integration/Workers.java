package dev.millrace.worker.integration;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.testclusters.JobCluster;
import dev.millrace.worker.Worker;
import dev.millrace.worker.WorkerSettings;
import dev.millrace.worker.job.CallFollower;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;

/** Starts workers in this process. */
public final class Workers {
    private Workers() {}

    /** Starts the worker {@code w1}. */
    public static Worker start(JobCluster cluster) {
        return start(cluster, "w1");
    }

    static Worker start(JobCluster cluster, String instance) {
        return start(cluster.config(instance), false, new SimpleMeterRegistry());
    }

    /** Starts the worker {@code w1} with metrics that the test reads. */
    static Worker start(JobCluster cluster, MeterRegistry registry) {
        return start(cluster.config("w1"), false, registry);
    }

    /** Starts a worker that repeats the jobs of partitions whose progress was lost. */
    static Worker startResending(JobCluster cluster) {
        return start(cluster.config("w1"), true, new SimpleMeterRegistry());
    }

    private static Worker start(
            MillraceConfig config, boolean acceptResend, MeterRegistry registry) {
        return Worker.start(
                new WorkerSettings(
                        config,
                        registry,
                        InstantSource.system(),
                        System::nanoTime,
                        new SplittableRandom(1),
                        acceptResend,
                        config.worker().instance().orElseThrow(),
                        true,
                        List.of(),
                        CallFollower.NONE));
    }
}
