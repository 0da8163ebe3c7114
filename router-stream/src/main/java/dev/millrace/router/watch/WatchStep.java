package dev.millrace.router.watch;

import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.flow.Backlog;
import dev.millrace.router.flow.Flow.Origin;
import dev.millrace.router.watch.guard.ArmEnd;
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
 * Watches all rules that have a guard or a ramp, and tells control of trips and steps. What it says
 * is committed at once: every job that is routed before costs money.
 *
 * <p>There is one such task in a cluster, so that a ramp without any job moves on in time, and the
 * rules of a policy that guard the same arm know of each other.
 *
 * <p>Windows and the progress of ramps are stored with each {@link #TICK}, and with each trip or
 * step. A stop or a crash loses what ended since: a window lacks some jobs, a ramp comes later.
 */
final class WatchStep extends ContextualProcessor<String, ArmEnd, byte[], byte[]> {
    /** How often windows are stored, and ramps and clearings looked at when no job ends. */
    static final Duration TICK = Duration.ofMillis(500);

    private static final Logger LOG = LoggerFactory.getLogger(WatchStep.class);

    private final Supplier<WatchedRules> ruleSource;
    private final WatchMeters meters;
    private final InternalErrors errors;
    private final Backlog backlog;
    private final Map<String, RuleWatch> watches = new HashMap<>();
    private @Nullable ArmStore store;
    private @Nullable Cancellable tick;

    WatchStep(
            Supplier<WatchedRules> ruleSource,
            WatchMeters meters,
            InternalErrors errors,
            Backlog backlog) {
        this.ruleSource = ruleSource;
        this.meters = meters;
        this.errors = errors;
        this.backlog = backlog;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        super.init(context);
        // A task whose transaction was aborted is initialised again, with the same steps.
        watches.clear();
        store = new ArmStore(context.getStateStore(ArmStore.NAME));
        tick = context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::onTick);
    }

    @Override
    public void process(Record<String, ArmEnd> ended) {
        Origin origin = Placed.in(context());
        if (origin != null) {
            backlog.onRecord(origin);
        }
        if (ended.value() == null) {
            LOG.atDebug()
                    .addKeyValue("rule", ended.key())
                    .log("Passed over the end of a job that another version wrote");
            return;
        }
        errors.run(
                WatchTopology.WATCH,
                origin,
                () -> {
                    WatchedRules rules = ruleSource.get();
                    rules.rule(ended.key()).ifPresent(rule -> onEnd(rule, ended, rules));
                });
    }

    private void onEnd(WatchedRule rule, Record<String, ArmEnd> ended, WatchedRules rules) {
        RuleWatch watch = watch(rule, rules);
        List<Notice> notices =
                watch.onEnd(
                        ended.value(), ended.timestamp(), rules, context().currentSystemTimeMs());
        // Stored with the next tick: the windows of a rule are up to some hundred kilobytes.
        tell(notices);
    }

    private void onTick(long nowMillis) {
        errors.run(WatchTopology.WATCH, null, () -> onTime(nowMillis));
    }

    private void onTime(long nowMillis) {
        WatchedRules rules = ruleSource.get();
        forgetWhatIsNoLongerInForce(rules);
        for (WatchedRule rule : rules.all()) {
            // A rule that cannot be watched must not keep the others from being watched.
            errors.run(WatchTopology.WATCH, null, () -> onTime(rule, rules, nowMillis));
        }
        meters.show(watches.values());
    }

    private void onTime(WatchedRule rule, WatchedRules rules, long nowMillis) {
        RuleWatch watch = watch(rule, rules);
        List<Notice> notices = watch.onTime(rules, nowMillis);
        store().save(watch);
        tell(notices);
    }

    private void forgetWhatIsNoLongerInForce(WatchedRules rules) {
        var inForce = rules.all().stream().map(WatchedRule::id).collect(Collectors.toSet());
        watches.keySet().retainAll(inForce);
        store().keepOnly(inForce);
    }

    private RuleWatch watch(WatchedRule rule, WatchedRules rules) {
        return watches.computeIfAbsent(rule.id(), _ -> store().load(rule, rules));
    }

    private void tell(List<Notice> notices) {
        for (Notice notice : notices) {
            if (notice instanceof Notice.Tripped trip) {
                meters.onTrip(trip);
                watches.values().forEach(it -> it.onTripElsewhere(trip));
            }
            context().forward(ControlRecords.of(notice, context().currentSystemTimeMs()));
        }
        if (!notices.isEmpty()) {
            watches.values().forEach(store()::save);
            context().commit();
            meters.show(watches.values());
        }
    }

    private ArmStore store() {
        if (store == null) {
            throw new IllegalStateException("the step has not been initialised");
        }
        return store;
    }

    @Override
    public void close() {
        if (tick != null) {
            // Streams keeps what was scheduled when it initialises the step again.
            tick.cancel();
        }
        meters.show(List.of());
    }
}
