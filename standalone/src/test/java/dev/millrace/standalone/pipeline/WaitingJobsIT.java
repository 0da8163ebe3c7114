package dev.millrace.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.TopicsConfig;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.retrieval.job.LookupJob;
import dev.millrace.retrieval.job.RetrievedJob;
import dev.millrace.retrieval.kafka.KafkaWaitingJobs;
import dev.millrace.retrieval.kafka.RetrievalClients;
import dev.millrace.simulator.settings.Latency;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.testclusters.JobCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the deletion of jobs that have got their passages. */
class WaitingJobsIT {
    private static final Duration POLL_WAIT = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofSeconds(11);

    @TempDir private Path folder;

    private static KafkaWaitingJobs open(JobCluster cluster, String instance, LongSupplier ticker) {
        return KafkaWaitingJobs.open(
                new RetrievalClients(
                        KafkaConfig.of(cluster.bootstrapServers()),
                        TopicsConfig.EMBEDDED,
                        instance),
                ticker);
    }

    private static List<TopicPartition> partitions(JobCluster cluster) {
        try (var consumer = client(cluster).consumer("earliest")) {
            return consumer.partitionsFor(cluster.topics().retrievals()).stream()
                    .map(it -> new TopicPartition(it.topic(), it.partition()))
                    .toList();
        }
    }

    private static Map<TopicPartition, Long> starts(
            JobCluster cluster, List<TopicPartition> partitions) {
        try (var consumer = client(cluster).consumer("earliest")) {
            return consumer.beginningOffsets(partitions);
        }
    }

    private static PipelineClient client(JobCluster cluster) {
        return new PipelineClient(
                KafkaConfig.of(cluster.bootstrapServers()), cluster.topics().prefix());
    }

    private static void submit(JobCluster cluster, int partitions) {
        cluster.submit(
                IntStream.range(0, partitions)
                        .mapToObj(
                                it ->
                                        new ProducerRecord<>(
                                                cluster.topics().retrievals(),
                                                it,
                                                "key".getBytes(UTF_8),
                                                "job".getBytes(UTF_8)))
                        .toList());
    }

    private static void handle(KafkaWaitingJobs jobs, int count) {
        var polled = new ArrayList<LookupJob>();
        while (polled.size() < count) {
            polled.addAll(jobs.poll(POLL_WAIT, true));
        }
        jobs.write(
                polled.stream()
                        .map(it -> new RetrievedJob(it, it.value(), new RecordHeaders()))
                        .toList());
    }

    @Test
    void handledJobsAreDeletedByALaterOwnerOfTheirPartition() {
        try (var cluster =
                new JobCluster(
                        folder.resolve("broker"),
                        JobCluster.simulated(new Latency.Constant(Duration.ZERO)),
                        "max_attempts: 1")) {
            List<TopicPartition> partitions = partitions(cluster);
            submit(cluster, partitions.size());
            // The first owner's clock never advances, so it deletes nothing.
            try (var owner = open(cluster, "a", () -> 0)) {
                handle(owner, partitions.size());
            }
            var nanos = new AtomicLong();
            try (var successor = open(cluster, "b", nanos::get)) {
                // It looks for handled jobs for the first time before it owns a partition.
                nanos.addAndGet(LONG.toNanos());
                assertThat(successor.poll(Duration.ZERO, true)).isEmpty();

                while (starts(cluster, partitions).values().stream().anyMatch(it -> it == 0)) {
                    nanos.addAndGet(LONG.toNanos());
                    assertThat(successor.poll(POLL_WAIT, true)).isEmpty();
                }
            }
        }
    }
}
