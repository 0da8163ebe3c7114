package dev.millrace.sink;

import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.topic.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The settings of a sink.
 *
 * @param kafka client properties for the cluster, except properties on which the delivery
 *     guarantees depend, which are overridden
 * @param jdbcUrl URL of a SQLite or PostgreSQL database; can contain a password and is never logged
 *     in full
 * @param retention how long rows are kept, except rollups of hours and days
 * @param clock source of the update times of offsets
 * @param nanoTicker monotonic time in nanoseconds, for pauses and measured durations
 * @param heap determines the default fetch sizes
 */
public record SinkSettings(
        Map<String, ?> kafka,
        Topics topics,
        String jdbcUrl,
        Duration retention,
        MeterRegistry meters,
        InstantSource clock,
        LongSupplier nanoTicker,
        SinkListener listener,
        HeapShare heap) {
    public SinkSettings {
        kafka = Map.copyOf(kafka);
    }

    /** Omits the URL and the client properties, which may contain secrets. */
    @Override
    public String toString() {
        return "SinkSettings[topics=" + topics + "]";
    }
}
