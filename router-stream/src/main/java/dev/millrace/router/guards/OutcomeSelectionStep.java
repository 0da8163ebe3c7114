package dev.millrace.router.guards;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.CommitTrigger;
import dev.millrace.router.message.ThreadBacklog;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Forwards the outcome of each job whose rule has a guard or a ramp, keyed by the rule, to the
 * monitor. Drops all other job ends. Requests a commit, since a guard trips when it has seen the
 * outcomes.
 */
final class OutcomeSelectionStep<V> extends ContextualProcessor<byte[], V, String, ArmOutcome> {
    private final Supplier<CanaryRules> rules;
    private final Function<V, CostEvent> eventOf;
    private final InternalErrors errors;
    private final CommitTrigger commits;
    private @Nullable Cancellable tick;

    OutcomeSelectionStep(
            Supplier<CanaryRules> rules,
            Function<V, CostEvent> eventOf,
            InternalErrors errors,
            ThreadBacklog backlog) {
        this.rules = rules;
        this.eventOf = eventOf;
        this.errors = errors;
        commits = new CommitTrigger(backlog, () -> context().commit());
    }

    @Override
    public void init(ProcessorContext<String, ArmOutcome> context) {
        super.init(context);
        tick =
                context.schedule(
                        CommitTrigger.TICK, PunctuationType.WALL_CLOCK_TIME, _ -> commits.onTick());
    }

    @Override
    public void close() {
        if (tick != null) {
            tick.cancel();
        }
    }

    @Override
    public void process(Record<byte[], V> entry) {
        Optional<Record<String, ArmOutcome>> selected =
                errors.decide(
                        CanaryTopology.PICK,
                        RecordOrigin.of(context()),
                        () -> select(entry),
                        _ -> Optional.<Record<String, ArmOutcome>>empty());
        selected.ifPresent(
                it -> {
                    context().forward(it);
                    commits.onWork();
                });
    }

    private Optional<Record<String, ArmOutcome>> select(Record<byte[], V> entry) {
        CostEvent event = eventOf.apply(entry.value());
        JobEnd end = event.end();
        if (end == null || end.route().by() == null) {
            return Optional.empty();
        }
        return rules.get()
                .rule(end.route().by())
                .flatMap(
                        rule ->
                                ArmOutcome.of(event, end)
                                        .map(it -> entry.withKey(rule.id()).withValue(it)));
    }
}
