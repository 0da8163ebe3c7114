package dev.millrace.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.sink.SinkListener;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.data.DataDirectory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that an embedded pipeline creates few lanes at its start, and other lanes with their first
 * job.
 */
class LanesOnDemandIT {
    private static final Duration BETWEEN_JOBS = Duration.ofMillis(50);
    private static final String MODEL = "deepseek-flash";

    @TempDir private Path folder;
    private DataDirectory data;
    private Pipeline pipeline;
    private Topics topics;
    private KafkaProducer<byte[], byte[]> producer;
    private KafkaConsumer<byte[], byte[]> reader;
    private final List<CostEvent> costs = new ArrayList<>();
    private int sent;

    @BeforeEach
    void start() {
        data = DataDirectory.open(folder);
        pipeline =
                Pipeline.start(
                        new PipelineSettings(
                                new ConfigLoader(Map.of()).parse("test", "").withSimulator(),
                                data,
                                EnumSet.of(
                                        PipelinePart.BROKER,
                                        PipelinePart.SIMULATOR,
                                        PipelinePart.ROUTER,
                                        PipelinePart.WORKER),
                                0,
                                new SimpleMeterRegistry(),
                                SinkListener.NONE,
                                false,
                                false));
        topics = new Topics(pipeline.config().topics().prefix());
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", pipeline.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        reader = PipelineClient.of(pipeline.config()).consumer("earliest");
        reader.assign(
                IntStream.range(0, pipeline.config().topics().partitions())
                        .mapToObj(it -> new TopicPartition(topics.costs(), it))
                        .toList());
    }

    @AfterEach
    void stop() {
        reader.close();
        producer.close();
        pipeline.close();
        data.close();
    }

    @Test
    void laneGetsItsTopicWithItsFirstJobAndEveryJobEndsOnce() throws Exception {
        assertThat(lanes()).containsExactly("normal");

        await().pollInterval(BETWEEN_JOBS).until(this::sendReachesTheLane);
        await().until(() -> read() >= sent);

        assertThat(lanes()).containsExactly("high", "normal");
        assertThat(costs).filteredOn(CostEvent::isFinal).hasSize(sent);
        // On a slow machine, the first jobs go to the lane normal instead of waiting for long.
        assertThat(lanesOfEndedJobs()).contains(Lane.HIGH).isSubsetOf(Lane.HIGH, Lane.NORMAL);
        assertThat(partitions(topics.jobs(MODEL, Lane.HIGH))).isEqualTo(2);
    }

    private boolean sendReachesTheLane() {
        send("high");
        read();
        return lanesOfEndedJobs().contains(Lane.HIGH);
    }

    private void send(String priority) {
        int number = sent++;
        String line =
                """
                {"custom_id":"%1$d","method":"POST","url":"/v1/chat/completions","millrace":{"priority":"%2$s"},\
                "body":{"model":"%3$s","max_tokens":5,"messages":[{"role":"user","content":"Say %1$d"}]}}"""
                        .formatted(number, priority, MODEL);
        var _ =
                producer.send(
                        new ProducerRecord<>(
                                topics.requests(),
                                Integer.toString(number).getBytes(UTF_8),
                                line.getBytes(UTF_8)));
    }

    /** Returns the number of all cost events so far. */
    private int read() {
        reader.poll(Duration.ZERO).forEach(it -> costs.add(CostEventCodec.read(it.value())));
        return costs.size();
    }

    private Set<Lane> lanesOfEndedJobs() {
        return costs.stream()
                .map(CostEvent::end)
                .filter(it -> it != null && it.lane() != null)
                .map(it -> it.lane())
                .collect(Collectors.toSet());
    }

    /** Returns the lanes with a topic of at least one model. */
    private Set<String> lanes() throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", pipeline.bootstrapServers()))) {
            return admin.listTopics().names().get().stream()
                    .filter(topics::isJobTopic)
                    .map(it -> it.substring(it.lastIndexOf('.') + 1))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private int partitions(String topic) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", pipeline.bootstrapServers()))) {
            var described = admin.describeTopics(List.of(topic)).allTopicNames().get();
            return described.values().iterator().next().partitions().size();
        }
    }
}
