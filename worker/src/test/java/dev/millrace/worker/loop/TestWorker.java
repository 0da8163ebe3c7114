package dev.millrace.worker.loop;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.config.ConfigLoader;
import dev.millrace.contracts.config.WorkerConfig;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.worker.outcome.OutputRecords;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A loop with everything around it faked, turned by hand. */
final class TestWorker {
    final FakeTime time = new FakeTime();
    final FakeSource source;
    final FakeLog log;
    final FakeProviders providers = new FakeProviders();
    final FakeMailbox mailbox = new FakeMailbox(time);
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final WorkerLoop loop;

    TestWorker(FakeCluster cluster) {
        this(cluster, "");
    }

    /**
     * @param settings as in the {@code worker} section, such as {@code "max_in_flight: 3"}
     */
    TestWorker(FakeCluster cluster, String settings) {
        source = new FakeSource(cluster, time);
        log = new FakeLog(cluster);
        WorkerConfig config =
                new ConfigLoader(Map.of())
                        .parse("test", "worker: { instance: w, " + settings + " }")
                        .worker();
        Model model = Model.of(FakeCluster.MODEL, "p", Price.of("1", "2"));
        loop =
                new WorkerLoop(
                        new WorkerLoop.Ports(source, log, providers),
                        new Services(
                                Map.of(model.name(), model),
                                "v1",
                                new OutputRecords(new Topics("millrace."), 1 << 20),
                                "w"),
                        config,
                        new Timing(time.clock(), new SplittableRandom(7)),
                        mailbox,
                        registry);
        loop.subscribe(List.of(FakeCluster.TOPIC));
    }

    TestWorker owning(int... partitions) {
        source.assign(partitions);
        turn(3);
        return this;
    }

    void turn(int times) {
        for (int i = 0; i < times; i++) {
            loop.runOnce();
        }
    }
}
