package dev.millrace.router.guards;

import static dev.millrace.router.guards.CanaryDriver.byResults;
import static dev.millrace.router.guards.CanaryDriver.guard;
import static dev.millrace.router.guards.CanaryDriver.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.control.AppliedPolicy;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.Route;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.FixedBacklog;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests with version 1 of policy {@code p}: one rule with a guard, one with a ramp, one plain. */
class OutcomeSelectionStepTest {
    private static final List<Rule> RULES =
            List.of(rule(null, guard()), rule(byResults(3), null), rule(null, null));
    private static final ControlState CONTROL = control();
    private static final Catalog CATALOG =
            Catalog.of(
                    List.of(
                            Model.of("old", "openai", Price.of("1", "2")),
                            Model.of("new", "openai", Price.of("1", "2"))
                                    .withAliases(List.of("newest"))));

    private final TopologyTestDriver driver;

    OutcomeSelectionStepTest(@TempDir Path directory) {
        driver = driver(directory);
    }

    private static ControlState control() {
        var applied =
                new AppliedPolicy(
                        "p", 1, new Policy(RULES), CanaryDriver.START, "test", Optional.empty());
        var entry = applied.record();
        return ControlState.EMPTY.with(entry.key().text(), entry.value());
    }

    private static TopologyTestDriver driver(Path directory) {
        var rules = CanaryRules.of(CONTROL, Map.of(), CATALOG);
        var topology =
                new Topology()
                        .addSource(
                                "ends",
                                Serdes.ByteArray().deserializer(),
                                (_, bytes) -> CostEventCodec.read(bytes),
                                "costs")
                        .addProcessor(
                                "pick",
                                () ->
                                        new OutcomeSelectionStep<>(
                                                () -> rules,
                                                Function.<CostEvent>identity(),
                                                new InternalErrors(new SimpleMeterRegistry()),
                                                FixedBacklog.NONE),
                                "ends")
                        .addSink(
                                "picked",
                                "picked",
                                Serdes.String().serializer(),
                                ArmOutcome.serde().serializer(),
                                "pick");
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "pick");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        return new TopologyTestDriver(topology, properties, CanaryDriver.START);
    }

    @AfterEach
    void close() {
        driver.close();
    }

    private List<KeyValue<String, ArmOutcome>> select(@Nullable JobEnd jobEnd) {
        var event = CostEvent.withoutCall(JobId.of("t", "b", "j"), "t", "b");
        driver.createInputTopic("costs", new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(CostEventCodec.toJson(jobEnd == null ? event : event.with(jobEnd)));
        return driver.createOutputTopic(
                        "picked", new StringDeserializer(), ArmOutcome.serde().deserializer())
                .readKeyValuesToList();
    }

    @Nested
    class WhenSelectionThrows {
        @Test
        void jobEndIsSkippedAndTheErrorCounted() {
            var registry = new SimpleMeterRegistry();
            var step =
                    new OutcomeSelectionStep<String>(
                            () -> CanaryRules.of(CONTROL, Map.of(), CATALOG),
                            _ -> {
                                throw new IllegalStateException("test");
                            },
                            new InternalErrors(registry),
                            FixedBacklog.NONE);
            var context = new MockProcessorContext<String, ArmOutcome>();
            step.init(context);

            step.process(new Record<>(new byte[0], "end", 0));

            assertThat(context.forwarded()).isEmpty();
            assertThat(registry.counter("millrace.router.internal.errors", "step", "pick").count())
                    .isOne();
        }
    }

    private static JobEnd jobEnd(String routedBy, @Nullable String error) {
        return new JobEnd(
                        new Route(routedBy, "new"),
                        Lane.NORMAL,
                        error,
                        1,
                        new BigDecimal("0.000001"),
                        7)
                .calledAgo(7);
    }

    @Nested
    class WhenTheRuleIsMonitored {
        @Test
        void outcomeOfAGuardedRuleIsForwarded() {
            assertThat(select(jobEnd("p/1@v1", null)))
                    .containsExactly(
                            KeyValue.pair(
                                    "p/1@v1",
                                    new ArmOutcome("new", new JobOutcome(false, 7, 1_000), 7L)));
        }

        @Test
        void outcomeOfARampedRuleIsForwarded() {
            assertThat(select(jobEnd("p/2@v1", "server_error")))
                    .containsExactly(
                            KeyValue.pair(
                                    "p/2@v1",
                                    new ArmOutcome("new", new JobOutcome(true, 7, 1_000), 7L)));
        }

        @Test
        void cancelledJobIsDropped() {
            assertThat(select(jobEnd("p/1@v1", "cancelled"))).isEmpty();
        }
    }

    @Nested
    class WhenTheRuleIsNotMonitored {
        @Test
        void jobOfARuleWithoutGuardAndRampIsDropped() {
            assertThat(select(jobEnd("p/3@v1", null))).isEmpty();
        }

        @Test
        void jobOfAVersionNotInForceIsDropped() {
            assertThat(select(jobEnd("p/1@v2", null))).isEmpty();
        }

        @Test
        void jobThatNamedItsModelIsDropped() {
            assertThat(select(jobEnd("catalog", null))).isEmpty();
        }

        @Test
        void unroutedJobIsDropped() {
            assertThat(select(JobEnd.unrouted("unknown_model"))).isEmpty();
        }

        @Test
        void eventWithoutJobEndIsDropped() {
            assertThat(select(null)).isEmpty();
        }
    }
}
