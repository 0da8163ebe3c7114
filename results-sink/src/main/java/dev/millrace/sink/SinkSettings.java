package dev.millrace.sink;

import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.topic.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Map;

/**
 * What a sink needs.
 *
 * @param kafka client properties: how to reach the cluster; what the guarantees rest on is set over
 *     them
 * @param jdbcUrl a SQLite or PostgreSQL database; may hold a password, is never logged whole
 * @param clock for the time that offsets were set at
 * @param heap bounds what is fetched where the client properties are silent
 */
public record SinkSettings(
        Map<String, ?> kafka,
        Topics topics,
        String jdbcUrl,
        MeterRegistry meters,
        InstantSource clock,
        SinkListener listener,
        HeapShare heap) {
    public SinkSettings {
        kafka = Map.copyOf(kafka);
    }

    /** Without the URL and client properties, which may hold secrets. */
    @Override
    public String toString() {
        return "SinkSettings[topics=" + topics + "]";
    }
}
