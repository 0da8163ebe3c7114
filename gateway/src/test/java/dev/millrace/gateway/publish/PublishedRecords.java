package dev.millrace.gateway.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.batch.BatchManifest;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.gateway.fixtures.GatewayCluster;
import dev.millrace.gateway.submission.Submission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads what committed transactions have published of batches. */
record PublishedRecords(GatewayCluster cluster, Topics topics) {
    /** Returns true if the topic of submissions has forgotten the batch. */
    boolean isEnded(Submission batch) {
        return committed(topics.submissions()).stream()
                .filter(it -> new String(it.key(), UTF_8).equals(batch.id()))
                .anyMatch(it -> it.value() == null);
    }

    List<ConsumerRecord<byte[], byte[]>> requests(Submission batch) {
        return committed(topics.requests()).stream()
                .filter(it -> batch.id().equals(SubmissionHeaders.read(it.headers()).batch()))
                .toList();
    }

    /** Returns the number of records of a topic. */
    long count(String topic) {
        return committed(topic).size();
    }

    Optional<BatchManifest> manifest(Submission batch) {
        return committed(topics.batches()).stream()
                .map(it -> BatchManifest.read(it.value()))
                .filter(it -> it.batch().equals(batch.id()))
                .findFirst();
    }

    private List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
        try (var consumer =
                new KafkaConsumer<>(
                        Map.<String, Object>of(
                                "bootstrap.servers",
                                String.valueOf(cluster.client().get("bootstrap.servers")),
                                "isolation.level",
                                "read_committed"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(it -> new TopicPartition(topic, it.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            while (partitions.stream()
                    .anyMatch(it -> consumer.position(it) < ends.getOrDefault(it, 0L))) {
                consumer.poll(Duration.ofMillis(50)).forEach(records::add);
            }
            return records;
        }
    }
}
