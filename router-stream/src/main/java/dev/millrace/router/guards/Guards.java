package dev.millrace.router.guards;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.feature.RouterContext;
import dev.millrace.router.feature.RouterFeature;
import dev.millrace.router.feature.RouterFeature.JobEvents;
import dev.millrace.router.message.RoutingMessage.JobCost;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Stops a model whose jobs end badly, and gives a new model more jobs step by step. The core reads
 * trips and steps from control, and applies them to the arms of rules; this feature decides them.
 */
public final class Guards implements RouterFeature {
    private final Function<ControlState, CanaryRules> reading;
    private final Topics topics;
    private final CanaryMetrics metrics;
    private final Function<RouterContext, Canaries> canaries;
    private volatile @Nullable CanaryRules last;

    /**
     * @param policies the configured policies by name
     * @param catalog resolves model names and aliases
     */
    public Guards(
            Map<String, Policy> policies, Catalog catalog, Topics topics, MeterRegistry registry) {
        this(control -> CanaryRules.of(control, policies, catalog), topics, registry, null);
    }

    /**
     * @param canaries finds canaries; null for those of the rules in force
     */
    Guards(
            Function<ControlState, CanaryRules> reading,
            Topics topics,
            MeterRegistry registry,
            @Nullable Canaries canaries) {
        this.reading = reading;
        this.topics = topics;
        metrics = new CanaryMetrics(registry);
        this.canaries = canaries == null ? this::inForce : _ -> canaries;
    }

    private Canaries inForce(RouterContext router) {
        int partitions = router.partitions().most();
        return routedBy -> rules(router).canary(routedBy, partitions);
    }

    /** Returns the rules in force, which change with the state of control. */
    private CanaryRules rules(RouterContext router) {
        ControlState control = router.policies().get().control();
        CanaryRules rules = last;
        if (rules == null || !rules.areOf(control)) {
            rules = reading.apply(control);
            last = rules;
        }
        return rules;
    }

    @Override
    public Set<String> repartitionTopics() {
        return Set.of(CanaryTopology.ARMS);
    }

    @Override
    public void addToEnds(KStream<byte[], JobCost> ends, RouterContext router) {
        new CanaryTopology(
                        () -> rules(router),
                        metrics,
                        router.errors(),
                        router.backlog(),
                        topics.control())
                .addTo(ends, JobCost::event);
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
        return Set.of(CanaryInFlightStore.builder());
    }

    @Override
    public JobEvents open(ProcessorContext<?, ?> context, RouterContext router) {
        var inFlight =
                new CanaryInFlightStore(
                        context.getStateStore(CanaryInFlightStore.NAME),
                        canaries.apply(router),
                        router.lostBefore());
        return new JobEvents() {
            @Override
            public boolean admits(String routedBy) {
                return inFlight.hasCapacity(routedBy);
            }

            @Override
            public void onRouted(String routedBy, String model, long nowMillis) {
                inFlight.onRouted(routedBy, model, nowMillis);
            }

            @Override
            public void onEnd(CostEvent end, long nowMillis) {
                inFlight.onEnd(end, nowMillis);
            }
        };
    }
}
