package dev.millrace.router.watch;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.router.watch.guard.ArmEnd;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Picks the ends of jobs whose rule has a guard or a ramp, and sends them to where that rule is
 * watched. All others go no further.
 */
final class PickStep<V> extends ContextualProcessor<byte[], V, String, ArmEnd> {
    private final Supplier<WatchedRules> rules;
    private final Function<V, CostEvent> eventOf;

    PickStep(Supplier<WatchedRules> rules, Function<V, CostEvent> eventOf) {
        this.rules = rules;
        this.eventOf = eventOf;
    }

    @Override
    public void process(Record<byte[], V> entry) {
        var ended = entry.withValue(eventOf.apply(entry.value()));
        JobEnd end = ended.value().end();
        if (end == null || end.routedBy() == null) {
            return;
        }
        rules.get().rule(end.routedBy()).ifPresent(rule -> pick(rule, ended, end));
    }

    private void pick(WatchedRule rule, Record<byte[], CostEvent> ended, JobEnd end) {
        ArmEnd.of(ended.value(), end)
                .ifPresent(it -> context().forward(ended.withKey(rule.id()).withValue(it)));
    }
}
