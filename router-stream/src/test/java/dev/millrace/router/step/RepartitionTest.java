package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.router.canary.inflight.CanaryInFlightStore;
import dev.millrace.router.edge.Ended;
import dev.millrace.router.flow.Flow;
import dev.millrace.router.flow.Intake;
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
 * The steps behind a repartition topic, whose records stand in partition 0 of {@code between} while
 * their requests stand in partition 3 of the request topic.
 */
class RepartitionTest {
    private static final Flow.Origin ORIGIN =
            new Flow.Origin(RouterDriver.TOPICS.requests(), 3, 42);
    private static final String BETWEEN = "between";

    private final RouterDriver router = new RouterDriver();
    private final List<Flow> sent = new ArrayList<>();
    private final TopologyTestDriver driver =
            new TopologyTestDriver(topology(), properties(), router.clock.instant());

    @AfterEach
    void close() {
        driver.close();
        router.close();
    }

    /** Sends each claim to the plan step and each burial to the bury step. */
    private static final class Dispatch extends ContextualProcessor<byte[], Flow, byte[], Flow> {
        @Override
        public void process(Record<byte[], Flow> entry) {
            context().forward(entry, entry.value() instanceof Flow.Burial ? Step.BURY : Step.PLAN);
        }
    }

    private Topology topology() {
        Surroundings around = router.surroundings();
        var bytes = new ByteArraySerializer();
        Deserializer<Flow> flow = (_, index) -> sent.get(index[0]);
        Serializer<Flow.Job> job = (_, it) -> it.bytes();
        Serializer<Ended> partition =
                (_, it) -> new IntegerSerializer().serialize("", it.requestPartition());
        return new Topology()
                .addSource(BETWEEN, new ByteArrayDeserializer(), flow, BETWEEN)
                .addProcessor("dispatch", Dispatch::new, BETWEEN)
                .addProcessor(
                        Step.PLAN, () -> new PlanStep(around, RouterDriver.TOPICS), "dispatch")
                .addStateStore(CanaryInFlightStore.builder(), Step.PLAN)
                .addProcessor(
                        Step.ROUTE,
                        () -> new RouteStep(around.limits(), around.meters(), around.errors()),
                        Step.PLAN)
                .addProcessor(
                        Step.REFUSE,
                        () -> new RefuseStep(around.clock(), around.meters(), around.errors()),
                        Step.PLAN,
                        Step.ROUTE)
                .addProcessor(
                        Step.BURY,
                        () ->
                                new BuryStep(
                                        () -> 1_000,
                                        around.clock(),
                                        around.meters(),
                                        around.errors()),
                        "dispatch")
                .addSink(Step.LANE, Step.LANE, bytes, job, Step.ROUTE)
                .addSink(Step.RESULTS, Step.RESULTS, bytes, partition, Step.REFUSE)
                .addSink(Step.COSTS, Step.COSTS, bytes, partition, Step.REFUSE)
                .addSink(Step.DEAD_LETTERS, Step.DEAD_LETTERS, bytes, bytes, Step.BURY);
    }

    private static Properties properties() {
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "repartition");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        return properties;
    }

    private void send(String line) {
        send(
                new Intake(RouterDriver.MAX_REQUEST_BYTES, null, Map.of())
                        .read(ORIGIN, line.getBytes(UTF_8), SubmissionHeaders.NONE, Instant.EPOCH));
    }

    private void send(Flow flow) {
        sent.add(flow);
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
        void itsHeadersNameThePartitionOfTheRequest() throws UnreadableHeader {
            send(RouterDriver.line("a", "small"));

            assertThat(JobHeaders.read(read(Step.LANE).headers()).requestPartition()).isEqualTo(3);
        }
    }

    @Nested
    class WhenAJobIsRefused {
        private int partitionOfEndIn(String topic) {
            return new IntegerDeserializer().deserialize(topic, read(topic).value());
        }

        @Test
        void resultAndCostGoToThePartitionOfTheRequest() {
            send(RouterDriver.line("a", "nobody-knows"));

            assertThat(partitionOfEndIn(Step.RESULTS)).isEqualTo(3);
            assertThat(partitionOfEndIn(Step.COSTS)).isEqualTo(3);
        }

        @Test
        void aJobThatDoesNotFitIntoItsTopicEndsThereToo() {
            router.maxRecordBytes.put("test.jobs.small.normal", 10);

            send(RouterDriver.line("a", "small"));

            assertThat(partitionOfEndIn(Step.COSTS)).isEqualTo(3);
        }
    }

    @Nested
    class WhenARecordIsBuried {
        @Test
        void theDeadLetterNamesThePlaceOfTheRequest() {
            send("no JSON");

            var letter = DeadLetter.read(read(Step.DEAD_LETTERS).headers());
            assertThat(letter.topic()).isEqualTo(ORIGIN.topic());
            assertThat(letter.partition()).isEqualTo(ORIGIN.partition());
            assertThat(letter.offset()).isEqualTo(ORIGIN.offset());
        }
    }
}
