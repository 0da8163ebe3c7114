package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.money.Price;
import dev.millrace.worker.job.WorkerMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds the metrics of {@code docs/worker.md} to those that there are. */
class LoopMetricsTest {
    private static final Pattern NAME = Pattern.compile("(?m)^\\| `(millrace\\.worker\\.[a-z.]+)`");

    /** Of the cluster's side, which a loop does not have here. */
    private static final String DELETIONS = "millrace.worker.deleted.steps";

    private final FakeCluster cluster = new FakeCluster();

    private static Set<String> documented() throws IOException {
        return NAME.matcher(Files.readString(Path.of("..", "docs", "worker.md")))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
    }

    @Test
    void metricsMatchTheDocumentation() throws IOException {
        var registry = new SimpleMeterRegistry();
        var metrics = new WorkerMetrics(registry);
        var model = Model.of("m", "p", Price.of("1", "2"));
        metrics.onInherited(model);
        metrics.onHeldBack(model);
        metrics.onEnded("m", null);
        new LoopMetrics(registry).onDrained(Duration.ofSeconds(1).toNanos());
        cluster.job(0, 0);
        var worker = new TestWorker(cluster).owning(0);
        worker.providers.missSendWindow("0-0");
        worker.turn(2);
        worker.providers.answer("0-0");
        worker.turn(1);
        Set<String> there =
                List.of(registry, worker.registry).stream()
                        .flatMap(it -> it.getMeters().stream())
                        .map(meter -> meter.getId().getName())
                        .collect(Collectors.toSet());
        there.add(DELETIONS);

        assertThat(documented()).isEqualTo(there);
    }
}
