package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.router.fair.FairnessConfig;
import dev.millrace.router.fair.PaceStore;
import dev.millrace.router.feature.DeadLetterStep;
import dev.millrace.router.feature.EndForwarder;
import dev.millrace.router.feature.RouterContext;
import dev.millrace.router.feature.StepNames;
import dev.millrace.router.message.RequestReader;
import dev.millrace.router.message.RoutingMessage;
import dev.millrace.router.records.TerminalRecord;
import dev.millrace.router.topology.RouterDriver;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.apache.kafka.common.serialization.IntegerSerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * Tests steps behind a repartition topic: records are in partition 0 of {@code between}, and their
 * requests in partition 3 of the request topic.
 */
class RepartitionTest {
    private static final RoutingMessage.Origin ORIGIN =
            new RoutingMessage.Origin(RouterDriver.TOPICS.requests(), 3, 42);
    private static final String BETWEEN = "between";

    private final RouterDriver router = new RouterDriver(_ -> List.of());
    private final List<RoutingMessage> sent = new ArrayList<>();
    private final TopologyTestDriver driver =
            new TopologyTestDriver(topology(), properties(), router.clock.instant());

    @AfterEach
    void close() {
        driver.close();
        router.close();
    }

    /** Sends each request to the plan step and each dead letter to the bury step. */
    private static final class Dispatch
            extends ContextualProcessor<byte[], RoutingMessage, byte[], RoutingMessage> {
        @Override
        public void process(Record<byte[], RoutingMessage> entry) {
            context()
                    .forward(
                            entry,
                            entry.value() instanceof RoutingMessage.DeadLetterRecord
                                    ? StepNames.BURY
                                    : StepNames.PLAN);
        }
    }

    /** Sends each job to its lane: its model has topics. */
    private static final class TopicsExist
            extends ContextualProcessor<byte[], Object, byte[], Object> {
        @Override
        public void process(Record<byte[], Object> entry) {
            context().forward(entry);
        }
    }

    private Topology topology() {
        RouterContext context = router.routerContext();
        var ends = EndForwarder.of(context, RouterDriver.TOPICS, StepNames.OUTPUTS);
        var bytes = new ByteArraySerializer();
        Deserializer<RoutingMessage> message = (_, index) -> sent.get(index[0]);
        Serializer<RoutingMessage.RoutedJob> job = (_, it) -> it.bytes();
        Serializer<TerminalRecord> partition =
                (_, it) -> new IntegerSerializer().serialize("", it.requestPartition());
        return new Topology()
                .addSource(BETWEEN, new ByteArrayDeserializer(), message, BETWEEN)
                .addProcessor("dispatch", Dispatch::new, BETWEEN)
                .addProcessor(StepNames.PLAN, () -> new PlanStep(context), "dispatch")
                .addProcessor(StepNames.AWAIT_TOPIC, TopicsExist::new, StepNames.PLAN)
                .addProcessor(
                        StepNames.ROUTE,
                        () ->
                                new RouteStep(
                                        context,
                                        RouterDriver.TOPICS,
                                        new FairnessConfig(RouterDriver.BURST, _ -> 1)),
                        StepNames.AWAIT_TOPIC)
                .addStateStore(PaceStore.builder(), StepNames.ROUTE)
                .addProcessor(
                        StepNames.REFUSE,
                        () -> new UncalledJobStep(ends, context.clock(), context.errors()),
                        StepNames.PLAN,
                        StepNames.ROUTE)
                .addProcessor(
                        StepNames.BURY,
                        () ->
                                new DeadLetterStep(
                                        () -> 1_000, ends, context.metrics(), context.errors()),
                        "dispatch",
                        StepNames.REFUSE)
                .addSink(StepNames.JOBS, StepNames.JOBS, bytes, job, StepNames.ROUTE)
                .addSink(
                        StepNames.OUTPUTS,
                        TerminalRecord.TOPIC,
                        bytes,
                        partition,
                        StepNames.REFUSE,
                        StepNames.BURY);
    }

    private static Properties properties() {
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "repartition");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        return properties;
    }

    private void send(String line) {
        send(
                new RequestReader(RouterDriver.MAX_REQUEST_BYTES, null, Map.of())
                        .read(ORIGIN, line.getBytes(UTF_8), SubmissionHeaders.NONE, Instant.EPOCH));
    }

    private void send(RoutingMessage message) {
        sent.add(message);
        driver.createInputTopic(BETWEEN, new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(new byte[0], new byte[] {(byte) (sent.size() - 1)});
    }

    private TestRecord<byte[], byte[]> read(String topic) {
        return driver.createOutputTopic(
                        topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecord();
    }

    @Nested
    class WhenAJobIsRouted {
        @Test
        void headersNameThePartitionOfTheRequest() throws UnreadableHeader {
            send(RouterDriver.line("a", "small"));

            assertThat(JobHeaders.read(read(StepNames.JOBS).headers()).requestPartition())
                    .isEqualTo(3);
        }
    }

    @Nested
    class WhenAJobIsRefused {
        private int partitionOfEndIn(String topic) {
            return new IntegerDeserializer().deserialize(topic, read(topic).value());
        }

        @Test
        void resultAndCostEventGoToThePartitionOfTheRequest() {
            send(RouterDriver.line("a", "nobody-knows"));

            assertThat(partitionOfEndIn(RouterDriver.TOPICS.results())).isEqualTo(3);
            assertThat(partitionOfEndIn(RouterDriver.TOPICS.costs())).isEqualTo(3);
        }

        @Test
        void tooLargeJobEndsInThePartitionOfTheRequest() {
            router.maxRecordBytes.put("test.jobs.small.normal", 10);

            send(RouterDriver.line("a", "small"));

            assertThat(partitionOfEndIn(RouterDriver.TOPICS.costs())).isEqualTo(3);
        }
    }

    @Nested
    class WhenARecordBecomesADeadLetter {
        @Test
        void deadLetterNamesThePositionOfTheRequest() {
            send("no JSON");

            var letter = DeadLetter.read(read(RouterDriver.TOPICS.deadLetters()).headers());
            assertThat(letter.topic()).isEqualTo(ORIGIN.topic());
            assertThat(letter.partition()).isEqualTo(ORIGIN.partition());
            assertThat(letter.offset()).isEqualTo(ORIGIN.offset());
        }
    }
}
