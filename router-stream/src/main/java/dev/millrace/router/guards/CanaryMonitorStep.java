package dev.millrace.router.guards;

import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.ThreadBacklog;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Monitors all rules with a guard or a ramp, and publishes trips and ramp steps to control. It
 * commits each publication at once, because the arm gets jobs until the commit. A window holds the
 * last outcomes of an arm.
 *
 * <p>The cluster runs a single task of this step. A ramp therefore advances on time even without
 * jobs, and a trip reaches all rules of a policy that guard the arm.
 *
 * <p>The step stores windows and ramp progress on each {@link #TICK}, and on each trip or ramp
 * step. A stop or a crash loses later outcomes: a window then lacks some jobs, or a ramp advances
 * later.
 */
final class CanaryMonitorStep extends ContextualProcessor<String, ArmOutcome, byte[], byte[]> {
    /** Interval for storing windows, and for checking ramps and clearings when no job ends. */
    static final Duration TICK = Duration.ofMillis(500);

    private static final Logger LOG = LoggerFactory.getLogger(CanaryMonitorStep.class);

    private final Supplier<CanaryRules> ruleSource;
    private final CanaryMetrics metrics;
    private final InternalErrors errors;
    private final ThreadBacklog backlog;
    private final Map<String, RuleMonitor> monitors = new HashMap<>();
    private @Nullable CanaryStateStore store;
    private @Nullable Cancellable tick;

    CanaryMonitorStep(
            Supplier<CanaryRules> ruleSource,
            CanaryMetrics metrics,
            InternalErrors errors,
            ThreadBacklog backlog) {
        this.ruleSource = ruleSource;
        this.metrics = metrics;
        this.errors = errors;
        this.backlog = backlog;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        super.init(context);
        // After an aborted transaction, Streams reinitializes the existing step objects.
        monitors.clear();
        store = new CanaryStateStore(context.getStateStore(CanaryStateStore.NAME));
        tick = context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::onTick);
    }

    @Override
    public void process(Record<String, ArmOutcome> ended) {
        Origin origin = RecordOrigin.of(context());
        if (origin != null) {
            backlog.onRecord(origin);
        }
        if (ended.value() == null) {
            LOG.atDebug()
                    .addKeyValue("rule", ended.key())
                    .log("Skipped a job outcome in an unknown format");
            return;
        }
        errors.run(
                CanaryTopology.WATCH,
                origin,
                () -> {
                    CanaryRules rules = ruleSource.get();
                    rules.rule(ended.key()).ifPresent(rule -> onOutcome(rule, ended, rules));
                });
    }

    private void onOutcome(CanaryRule rule, Record<String, ArmOutcome> ended, CanaryRules rules) {
        List<CanaryEvent> events =
                monitor(rule, rules)
                        .onOutcome(
                                ended.value(),
                                ended.timestamp(),
                                rules,
                                context().currentSystemTimeMs());
        // The next tick stores the windows, which can take some hundred kilobytes per rule.
        publish(events);
    }

    private void onTick(long nowMillis) {
        errors.run(CanaryTopology.WATCH, null, () -> tickAll(nowMillis));
    }

    private void tickAll(long nowMillis) {
        CanaryRules rules = ruleSource.get();
        dropRulesNoLongerInForce(rules);
        for (CanaryRule rule : rules.all()) {
            // A failing monitor of one rule must not stop the other rules' monitors.
            errors.run(CanaryTopology.WATCH, null, () -> tick(rule, rules, nowMillis));
        }
        metrics.show(monitors.values());
    }

    private void tick(CanaryRule rule, CanaryRules rules, long nowMillis) {
        RuleMonitor monitor = monitor(rule, rules);
        List<CanaryEvent> events = monitor.onTick(rules, nowMillis);
        store().save(monitor);
        publish(events);
    }

    private void dropRulesNoLongerInForce(CanaryRules rules) {
        var inForce = rules.all().stream().map(CanaryRule::id).collect(Collectors.toSet());
        monitors.keySet().retainAll(inForce);
        store().retainOnly(inForce);
    }

    private RuleMonitor monitor(CanaryRule rule, CanaryRules rules) {
        return monitors.computeIfAbsent(rule.id(), _ -> store().load(rule, rules));
    }

    private void publish(List<CanaryEvent> events) {
        for (CanaryEvent event : events) {
            if (event instanceof CanaryEvent.GuardTripped trip) {
                metrics.onTrip(trip);
                monitors.values().forEach(it -> it.onTripOfAnotherRule(trip));
            }
            context().forward(ControlRecords.of(event, context().currentSystemTimeMs()));
        }
        if (!events.isEmpty()) {
            monitors.values().forEach(store()::save);
            context().commit();
            metrics.show(monitors.values());
        }
    }

    private CanaryStateStore store() {
        if (store == null) {
            throw new IllegalStateException("the step has not been initialized");
        }
        return store;
    }

    @Override
    public void close() {
        if (tick != null) {
            // Streams does not cancel scheduled punctuations before it initializes a step again.
            tick.cancel();
        }
        metrics.show(List.of());
    }
}
