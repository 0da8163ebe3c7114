package dev.millrace.standalone.ops;

import dev.millrace.contracts.service.Health;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Registers the gauges of a process: the health of its parts, and the room for its files. They are
 * read when metrics are scraped. {@code docs/metrics.md} lists them.
 */
public final class ServiceMetrics {
    private ServiceMetrics() {}

    /**
     * Registers the health of each part of this process.
     *
     * @param health the health of each part by name; the set of names never changes
     */
    public static void registerHealth(
            MeterRegistry registry, Supplier<Map<String, Health>> health) {
        for (String service : health.get().keySet()) {
            health(registry, "millrace.service.ready", service, health, Health::ready);
            health(registry, "millrace.service.live", service, health, Health::live);
        }
    }

    private static void health(
            MeterRegistry registry,
            String name,
            String service,
            Supplier<Map<String, Health>> health,
            Predicate<Health> isHealthy) {
        Gauge.builder(
                        name,
                        () -> {
                            Health now = health.get().get(service);
                            return now != null && isHealthy.test(now) ? 1 : 0;
                        })
                .description("1 while /health reports the service so, else 0")
                .tag("service", service)
                .register(registry);
    }

    /** Registers the room of the file system that holds the data directory. */
    public static void registerDisk(MeterRegistry registry, Path directory) {
        var folder = directory.toFile();
        Gauge.builder("millrace.data.disk.free.bytes", folder::getUsableSpace)
                .description("Bytes that can be written to the file system of the data directory")
                .register(registry);
        Gauge.builder("millrace.data.disk.total.bytes", folder::getTotalSpace)
                .description("Size of the file system of the data directory")
                .register(registry);
    }
}
