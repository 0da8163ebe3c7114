package dev.millrace.standalone.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.service.Health;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private Health sink = Health.ready("storing");

    private double gauge(String name) {
        return registry.get(name).tag("service", "sink").gauge().value();
    }

    @Test
    void gaugesFollowTheHealthOfAService() {
        ServiceMetrics.registerHealth(registry, () -> Map.of("sink", sink));
        assertThat(gauge("millrace.service.ready")).isEqualTo(1);
        sink = Health.waiting("the database is locked");
        assertThat(gauge("millrace.service.ready")).isZero();
        assertThat(gauge("millrace.service.live")).isEqualTo(1);
        sink = Health.stopped("closed");
        assertThat(gauge("millrace.service.live")).isZero();
    }

    @Test
    void aServiceWithoutHealthIsNotReady() {
        var health = new HashMap<>(Map.of("sink", sink));
        ServiceMetrics.registerHealth(registry, () -> health);
        health.clear();
        assertThat(gauge("millrace.service.ready")).isZero();
    }

    @Test
    void roomIsThatOfTheFolder(@TempDir Path folder) {
        ServiceMetrics.registerDisk(registry, folder);
        assertThat(registry.get("millrace.data.disk.free.bytes").gauge().value())
                .isPositive()
                .isLessThanOrEqualTo(
                        registry.get("millrace.data.disk.total.bytes").gauge().value());
    }
}
