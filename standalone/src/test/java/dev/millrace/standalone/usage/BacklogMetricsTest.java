package dev.millrace.standalone.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Lane;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.status.Backlog;
import dev.millrace.standalone.status.ModelQueue;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class BacklogMetricsTest {
    private static final List<ModelQueue> QUEUES =
            List.of(
                    new ModelQueue(
                            "cheap",
                            Map.of(Lane.NORMAL, new Backlog(7, 2), Lane.BULK, new Backlog(9, 0)),
                            false));

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private Supplier<List<ModelQueue>> cluster = () -> QUEUES;

    private double gauge(String name, String lane) {
        return registry.get(name).tag("model", "cheap").tag("lane", lane).gauge().value();
    }

    @Test
    void showsTheJobsOfEachModelAndLane() {
        try (var metrics = new BacklogMetrics(() -> cluster.get(), registry)) {
            metrics.update();
            assertThat(gauge("millrace.backlog.waiting", "normal")).isEqualTo(7);
            assertThat(gauge("millrace.backlog.waiting", "bulk")).isEqualTo(9);
            assertThat(gauge("millrace.backlog.running", "normal")).isEqualTo(2);
        }
    }

    @Test
    void anUnknownBacklogHasNoMetrics() {
        try (var metrics = new BacklogMetrics(() -> cluster.get(), registry)) {
            metrics.update();
            cluster =
                    () -> {
                        throw UserError.failure("The cluster does not answer");
                    };
            metrics.update();
            assertThat(registry.getMeters()).isEmpty();
        }
    }

    @Test
    void anAnsweringClusterBringsTheMetricsBack() {
        try (var metrics = new BacklogMetrics(() -> cluster.get(), registry)) {
            cluster =
                    () -> {
                        throw UserError.failure("The cluster does not answer");
                    };
            metrics.update();
            cluster = () -> QUEUES;
            metrics.update();
            assertThat(gauge("millrace.backlog.waiting", "normal")).isEqualTo(7);
        }
    }
}
