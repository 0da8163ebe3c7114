package dev.millrace.router.guards;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Metrics of the guards and ramps in force. Updated only by the thread that monitors them; a router
 * has the gauges only while it runs the monitor.
 */
public final class CanaryMetrics {
    private static final String TRIPPED = "millrace.router.guard.tripped";
    private static final String TRIPS = "millrace.router.guard.trips";
    private static final String SHARE = "millrace.router.ramp.share";

    private final MeterRegistry registry;
    private final Map<Meter.Id, AtomicReference<Double>> values = new HashMap<>();

    public CanaryMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void onTrip(CanaryEvent.GuardTripped trip) {
        Counter.builder(TRIPS)
                .description("Arms that a guard has set to 0")
                .tags(arm(trip.rule().policy(), trip.model()))
                .register(registry)
                .increment();
    }

    /** Sets the gauges of the given monitors, and removes all other gauges. */
    synchronized void show(Iterable<RuleMonitor> monitors) {
        Set<Meter.Id> shown = new HashSet<>();
        for (RuleMonitor monitor : monitors) {
            showGuard(monitor, shown);
            showRamp(monitor, shown);
        }
        for (Meter.Id id : Set.copyOf(values.keySet())) {
            if (!shown.contains(id)) {
                values.remove(id);
                registry.remove(id);
            }
        }
    }

    private void showGuard(RuleMonitor monitor, Set<Meter.Id> shown) {
        GuardMonitor guard = monitor.guard();
        if (guard != null) {
            Tags tags = arm(monitor.rule().policy(), guard.guarded().model());
            shown.add(
                    set(TRIPPED, "1 while the arm's share is 0", tags, guard.isTripped() ? 1 : 0));
        }
    }

    private void showRamp(RuleMonitor monitor, Set<Meter.Id> shown) {
        monitor.rule()
                .ramp()
                .ifPresent(
                        ramp -> {
                            Tags tags =
                                    arm(monitor.rule().policy(), ramp.model())
                                            .and("rule", Integer.toString(monitor.rule().number()));
                            double percent = monitor.percent().orElse(ramp.schedule().percent(0));
                            shown.add(set(SHARE, "Share of the arm in percent", tags, percent));
                        });
    }

    private static Tags arm(String policy, String arm) {
        return Tags.of("policy", policy, "arm", arm);
    }

    private Meter.Id set(String name, String description, Tags tags, double value) {
        var id = new Meter.Id(name, tags, null, null, Meter.Type.GAUGE);
        values.computeIfAbsent(
                        id,
                        _ -> {
                            var held = new AtomicReference<>(value);
                            Gauge.builder(name, held, AtomicReference::get)
                                    .description(description)
                                    .tags(tags)
                                    .register(registry);
                            return held;
                        })
                .set(value);
        return id;
    }
}
