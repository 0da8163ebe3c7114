package dev.millrace.router.watch;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.flow.Backlog;
import dev.millrace.router.watch.guard.ArmEnd;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Adds what watches guards and ramps to a topology.
 *
 * <pre>
 * final cost events ─► pick ─► (arms) ─► watch ─► control
 * </pre>
 *
 * The names are part of what is stored in Kafka.
 */
public final class WatchTopology {
    static final String PICK = "pick";
    static final String ARMS = "arms";
    static final String WATCH = "watch";
    static final String CONTROL = "control";

    private final RuleSource ruleSource;
    private final WatchMeters meters;
    private final InternalErrors errors;
    private final Backlog backlog;
    private final String controlTopic;

    public WatchTopology(
            RuleSource ruleSource,
            WatchMeters meters,
            InternalErrors errors,
            Backlog backlog,
            String controlTopic) {
        this.ruleSource = ruleSource;
        this.meters = meters;
        this.errors = errors;
        this.backlog = backlog;
        this.controlTopic = controlTopic;
    }

    /**
     * Adds the steps behind the ends of jobs.
     *
     * @param ended the ends of jobs
     * @param eventOf gives the final cost event of an end
     */
    public <V> void addTo(KStream<byte[], V> ended, Function<V, CostEvent> eventOf) {
        ended.process(() -> new PickStep<>(ruleSource, eventOf, errors), Named.as(PICK))
                .repartition(
                        Repartitioned.<String, ArmEnd>as(ARMS)
                                .withKeySerde(Serdes.String())
                                .withValueSerde(ArmEnd.serde())
                                .withNumberOfPartitions(1))
                .process(watch(), Named.as(WATCH))
                .to(
                        controlTopic,
                        Produced.<byte[], byte[]>as(CONTROL)
                                .withKeySerde(Serdes.ByteArray())
                                .withValueSerde(Serdes.ByteArray()));
    }

    private ProcessorSupplier<String, ArmEnd, byte[], byte[]> watch() {
        return new ProcessorSupplier<>() {
            @Override
            public WatchStep get() {
                return new WatchStep(ruleSource, meters, errors, backlog);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return Set.of(ArmStore.builder());
            }
        };
    }
}
