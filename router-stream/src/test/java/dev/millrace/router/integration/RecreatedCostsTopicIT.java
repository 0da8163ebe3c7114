package dev.millrace.router.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.router.Router;
import dev.millrace.testclusters.RequestCluster;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a router counts ends in a costs topic that is recreated while it runs. */
class RecreatedCostsTopicIT {
    private static final String COSTS = RequestCluster.TOPICS.costs();
    private static final String JOBS =
            RequestCluster.TOPICS.jobs(RequestCluster.MODEL, Lane.NORMAL);
    private static final int PARTITION = 1;
    private static final int ENDS_BEFORE = 5;

    @TempDir Path directory;
    private RequestCluster cluster;
    private Admin admin;
    private KafkaProducer<byte[], byte[]> producer;
    private @Nullable Router router;

    @BeforeEach
    void open() {
        cluster = new RequestCluster(directory);
        admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()));
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", cluster.bootstrap()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    @AfterEach
    void close() {
        if (router != null) {
            router.close();
        }
        producer.close();
        admin.close();
        cluster.close();
    }

    /** Starts a router that accepts a job again one second after its end. */
    private Router routerWithShortWindow() {
        var config =
                new ConfigLoader(Map.of())
                        .parse("test", "router:\n  repeats_window: 1s\n")
                        .withSimulator()
                        .withKafka(KafkaConfig.of(cluster.bootstrap()));
        return Routers.start(config, cluster.state());
    }

    private void write(String topic, byte[] value) throws InterruptedException, ExecutionException {
        var _ =
                producer.send(new ProducerRecord<>(topic, PARTITION, "k".getBytes(UTF_8), value))
                        .get();
    }

    private void submit(String customId) throws InterruptedException, ExecutionException {
        write(
                RequestCluster.TOPICS.requests(),
                RequestCluster.line(customId, RequestCluster.MODEL, "hello")
                        .strip()
                        .getBytes(UTF_8));
    }

    private void end(String customId) throws InterruptedException, ExecutionException {
        JobId job = JobId.of("default", "default", customId);
        write(COSTS, CostEventCodec.toJson(CostEvent.withoutCall(job, "default", "default")));
    }

    private void awaitJobs(int count) {
        int[] found = {0};
        await().until(
                        () -> {
                            restartIfStopped();
                            return (found[0] += jobsInNextPoll()) >= count;
                        });
    }

    /**
     * Starts the router again, as its supervisor does, if a rebalance coincided with the missing
     * topic: Streams then stops.
     */
    private void restartIfStopped() {
        if (!Objects.requireNonNull(router).health().live()) {
            router.close();
            router = routerWithShortWindow();
        }
    }

    private int jobsInNextPoll() {
        return (int) cluster.poll().stream().filter(it -> it.topic().equals(JOBS)).count();
    }

    private long committedEnds() throws InterruptedException, ExecutionException {
        var offset =
                admin.listConsumerGroupOffsets("millrace.router")
                        .partitionsToOffsetAndMetadata()
                        .get()
                        .get(new TopicPartition(COSTS, PARTITION));
        return offset == null ? 0 : offset.offset();
    }

    @Test
    void aRouterThatStoppedWithoutTheTopicStartsAgain()
            throws InterruptedException, ExecutionException {
        router = routerWithShortWindow();
        cluster.delete(COSTS);
        await().until(() -> !Objects.requireNonNull(router).health().live());
        assertThat(router.health().detail()).contains("was deleted", "millrace topics apply");

        cluster.createMissingTopics();
        submit("after");
        awaitJobs(1);
    }

    @Test
    void endsInTheNewTopicAreCounted() throws InterruptedException, ExecutionException {
        router = routerWithShortWindow();
        for (int i = 0; i < ENDS_BEFORE; i++) {
            submit("before-" + i);
        }
        awaitJobs(ENDS_BEFORE);
        for (int i = 0; i < ENDS_BEFORE; i++) {
            end("before-" + i);
        }
        await().until(() -> committedEnds() == ENDS_BEFORE);

        cluster.delete(COSTS);
        cluster.createMissingTopics();
        submit("after");
        awaitJobs(1);
        end("after");

        // Dead letters, until the window after the job's end is over.
        await().until(
                        () -> {
                            restartIfStopped();
                            submit("after");
                            return jobsInNextPoll() == 1;
                        });
    }
}
