package dev.millrace.router.watch;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.watch.guard.ArmEnd;
import java.util.Optional;
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
    private final InternalErrors errors;

    PickStep(Supplier<WatchedRules> rules, Function<V, CostEvent> eventOf, InternalErrors errors) {
        this.rules = rules;
        this.eventOf = eventOf;
        this.errors = errors;
    }

    @Override
    public void process(Record<byte[], V> entry) {
        Optional<Record<String, ArmEnd>> picked =
                errors.decide(
                        WatchTopology.PICK,
                        Placed.in(context()),
                        () -> pick(entry),
                        _ -> Optional.<Record<String, ArmEnd>>empty());
        picked.ifPresent(context()::forward);
    }

    private Optional<Record<String, ArmEnd>> pick(Record<byte[], V> entry) {
        CostEvent event = eventOf.apply(entry.value());
        JobEnd end = event.end();
        if (end == null || end.routedBy() == null) {
            return Optional.empty();
        }
        return rules.get()
                .rule(end.routedBy())
                .flatMap(
                        rule ->
                                ArmEnd.of(event, end)
                                        .map(it -> entry.withKey(rule.id()).withValue(it)));
    }
}
