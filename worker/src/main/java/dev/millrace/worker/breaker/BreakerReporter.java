package dev.millrace.worker.breaker;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs and counts the changes of breakers. {@code docs/metrics.md} lists the metrics. Belongs to
 * the loop's thread.
 */
public final class BreakerReporter {
    private static final Logger LOG = LoggerFactory.getLogger(BreakerReporter.class);
    private static final String PREFIX = "millrace.worker.breaker.";

    private final MeterRegistry registry;

    /** Gauges of the breakers that have been open: 1 while open, else 0. */
    private final Map<BreakerId, AtomicLong> gauges = new HashMap<>();

    public BreakerReporter(MeterRegistry registry) {
        this.registry = registry;
    }

    void onOpened(OpenBreaker open) {
        LOG.atWarn()
                .addKeyValue("breaker", open.id())
                .addKeyValue("error", open.error().code())
                .log(open.toStoppedCalls().text());
        gauge(open.id()).set(1);
        registry.counter(PREFIX + "opened", tags(open.id()).and("code", open.error().code()))
                .increment();
    }

    void onClosed(BreakerId id) {
        LOG.atInfo().addKeyValue("breaker", id).log("calls of {} continue", id);
        gauge(id).set(0);
    }

    private AtomicLong gauge(BreakerId id) {
        return gauges.computeIfAbsent(
                id,
                it ->
                        Objects.requireNonNull(
                                registry.gauge(PREFIX + "open", tags(it), new AtomicLong())));
    }

    /**
     * Returns the tags of a breaker. All scopes have the same tag names, as Prometheus needs; the
     * tag of a key is its number.
     */
    private static Tags tags(BreakerId id) {
        return Tags.of(
                "scope",
                id.scope().name().toLowerCase(Locale.ROOT),
                "provider",
                id.provider(),
                "model",
                id.model() == null ? "" : id.model(),
                "key",
                id.key() == 0 ? "" : Integer.toString(id.key()));
    }
}
