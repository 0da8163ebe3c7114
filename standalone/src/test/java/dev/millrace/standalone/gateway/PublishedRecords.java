package dev.millrace.standalone.gateway;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.testclusters.schema.RecordSchemas;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** All committed results, costs and dead letters, each as its schema says. */
record PublishedRecords(
        List<ResultView> results, List<CostEvent> costs, List<DeadLetter> deadLetters) {

    static PublishedRecords read(String bootstrapServers, Topics topics) {
        var records = new PublishedRecords(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        Map<String, Object> properties =
                Map.of(
                        "bootstrap.servers", bootstrapServers,
                        "isolation.level", "read_committed",
                        "auto.offset.reset", "earliest");
        var schemas = new RecordSchemas(topics);
        try (var consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(
                    Stream.of(topics.results(), topics.costs(), topics.deadLetters())
                            .flatMap(it -> consumer.partitionsFor(it).stream())
                            .map(it -> new TopicPartition(it.topic(), it.partition()))
                            .toList());
            var ends = consumer.endOffsets(consumer.assignment());
            while (ends.entrySet().stream()
                    .anyMatch(it -> consumer.position(it.getKey()) < it.getValue())) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    schemas.requireValid(record);
                    records.add(topics, record);
                }
            }
        }
        return records;
    }

    private void add(Topics topics, ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(topics.results())) {
            results.add(ResultView.read(record.value()));
        } else if (record.topic().equals(topics.costs())) {
            costs.add(CostEventCodec.read(record.value()));
        } else {
            deadLetters.add(DeadLetter.read(record.headers()));
        }
    }
}
