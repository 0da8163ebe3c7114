package dev.millrace.router.guards;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.ThreadBacklog;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Adds the monitoring of guards and ramps to a topology.
 *
 * <pre>
 * final cost events ─► pick ─► (arms) ─► watch ─► control
 * </pre>
 *
 * The operator names are part of the state that Kafka stores.
 */
public final class CanaryTopology {
    static final String PICK = "pick";

    /** Name of the repartition topic, which has one partition. */
    public static final String ARMS = "arms";

    static final String WATCH = "watch";
    static final String CONTROL = "control";

    private final Supplier<CanaryRules> ruleSource;
    private final CanaryMetrics metrics;
    private final InternalErrors errors;
    private final ThreadBacklog backlog;
    private final String controlTopic;

    public CanaryTopology(
            Supplier<CanaryRules> ruleSource,
            CanaryMetrics metrics,
            InternalErrors errors,
            ThreadBacklog backlog,
            String controlTopic) {
        this.ruleSource = ruleSource;
        this.metrics = metrics;
        this.errors = errors;
        this.backlog = backlog;
        this.controlTopic = controlTopic;
    }

    /**
     * Adds the steps behind a stream of job ends.
     *
     * @param ended the job ends
     * @param eventOf returns the final cost event of a job end
     */
    public <V> void addTo(KStream<byte[], V> ended, Function<V, CostEvent> eventOf) {
        ended.process(
                        () -> new OutcomeSelectionStep<>(ruleSource, eventOf, errors, backlog),
                        Named.as(PICK))
                .repartition(
                        Repartitioned.<String, ArmOutcome>as(ARMS)
                                .withKeySerde(Serdes.String())
                                .withValueSerde(ArmOutcome.serde())
                                .withNumberOfPartitions(1))
                .process(monitor(), Named.as(WATCH))
                .to(
                        controlTopic,
                        Produced.<byte[], byte[]>as(CONTROL)
                                .withKeySerde(Serdes.ByteArray())
                                .withValueSerde(Serdes.ByteArray())
                                .withStreamPartitioner(
                                        (topic, key, value, count) -> Optional.of(Set.of(0))));
    }

    private ProcessorSupplier<String, ArmOutcome, byte[], byte[]> monitor() {
        return new ProcessorSupplier<>() {
            @Override
            public CanaryMonitorStep get() {
                return new CanaryMonitorStep(ruleSource, metrics, errors, backlog);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return Set.of(CanaryStateStore.builder());
            }
        };
    }
}
