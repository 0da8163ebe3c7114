package dev.millrace.standalone.usage;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gauges of one name, one for each set of tags. A value changes in place. Removing and registering
 * a gauge could put it twice into a concurrent scrape, which Prometheus's client refuses. Written
 * by one thread, read by any.
 */
final class GaugeRows {
    private final MultiGauge gauge;
    private final Map<Tags, Double> values = new ConcurrentHashMap<>();

    GaugeRows(MeterRegistry registry, String name, String description) {
        gauge = MultiGauge.builder(name).description(description).register(registry);
    }

    /** Replaces all gauges. */
    void show(Map<Tags, Double> replacement) {
        values.putAll(replacement);
        values.keySet().retainAll(replacement.keySet());
        gauge.register(replacement.keySet().stream().<Row<?>>map(this::row).toList(), false);
    }

    /** Returns a gauge, whose value is NaN while it is being removed. */
    private Row<?> row(Tags tags) {
        return Row.of(tags, values, it -> it.getOrDefault(tags, Double.NaN));
    }
}
