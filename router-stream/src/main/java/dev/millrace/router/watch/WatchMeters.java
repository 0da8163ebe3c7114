package dev.millrace.router.watch;

import dev.millrace.router.watch.guard.GuardWatch;
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
 * What the guards and ramps in force are at. Written by the one thread that watches them; gauges
 * are there only where and as long as it does.
 */
public final class WatchMeters {
    private static final String TRIPPED = "millrace.router.guard.tripped";
    private static final String TRIPS = "millrace.router.guard.trips";
    private static final String SHARE = "millrace.router.ramp.share";

    private final MeterRegistry registry;
    private final Map<Meter.Id, AtomicReference<Double>> values = new HashMap<>();

    public WatchMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    void onTrip(Notice.Tripped trip) {
        Counter.builder(TRIPS)
                .description("Arms that a guard has set to 0")
                .tags(arm(trip.rule().policy(), trip.model()))
                .register(registry)
                .increment();
    }

    /** Shows these, and nothing else. */
    synchronized void show(Iterable<RuleWatch> watches) {
        Set<Meter.Id> shown = new HashSet<>();
        for (RuleWatch watch : watches) {
            showGuard(watch, shown);
            showRamp(watch, shown);
        }
        for (Meter.Id id : Set.copyOf(values.keySet())) {
            if (!shown.contains(id)) {
                values.remove(id);
                registry.remove(id);
            }
        }
    }

    private void showGuard(RuleWatch watch, Set<Meter.Id> shown) {
        GuardWatch guard = watch.guard();
        if (guard != null) {
            Tags tags = arm(watch.rule().policy(), guard.guarded().model());
            shown.add(
                    set(TRIPPED, "1 while the arm's share is 0", tags, guard.isTripped() ? 1 : 0));
        }
    }

    private void showRamp(RuleWatch watch, Set<Meter.Id> shown) {
        watch.rule()
                .ramp()
                .ifPresent(
                        ramp -> {
                            Tags tags =
                                    arm(watch.rule().policy(), ramp.model())
                                            .and("rule", Integer.toString(watch.rule().number()));
                            double percent = watch.percent().orElse(ramp.rule().percent(0));
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
