package dev.millrace.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Kafka clients of the tests: text records in the only partition of one topic, read when committed.
 */
final class Clients {
    static final String TOPIC = "words";
    static final String GROUP = "readers";

    private final String bootstrap;

    Clients(String bootstrap) {
        this.bootstrap = bootstrap;
    }

    void createTopic(Map<String, String> configs) throws ExecutionException, InterruptedException {
        try (var admin = admin()) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1).configs(configs)))
                    .all()
                    .get();
        }
    }

    Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrap));
    }

    Producer<String, String> producer(String transactionalId) {
        Map<String, Object> config =
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "transactional.id",
                        transactionalId,
                        "max.request.size",
                        64 * 1024 * 1024,
                        "buffer.memory",
                        128 * 1024 * 1024);
        var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
        producer.initTransactions();
        return producer;
    }

    void commit(String... words) throws ExecutionException, InterruptedException {
        try (var producer = producer("writer")) {
            producer.beginTransaction();
            for (var word : words) {
                producer.send(record(word)).get();
            }
            producer.commitTransaction();
        }
    }

    /**
     * Reads the given number of records from the group's committed offset on, and commits the new
     * offset.
     */
    List<String> read(int count) {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", bootstrap);
        config.put("group.id", GROUP);
        config.put("group.protocol", "consumer");
        config.put("isolation.level", "read_committed");
        config.put("auto.offset.reset", "earliest");
        config.put("enable.auto.commit", false);
        var words = new ArrayList<String>();
        var deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(10);
        try (var consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            while (words.size() < count && System.nanoTime() - deadline < 0) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> words.add(record.value()));
            }
            consumer.commitSync();
        }
        return words;
    }

    static ProducerRecord<String, String> record(String word) {
        return new ProducerRecord<>(TOPIC, "key", word);
    }
}
