package dev.millrace.standalone.cli;

import dev.millrace.standalone.broker.EmbeddedBroker;
import dev.millrace.standalone.broker.EmbeddedBrokerSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine.Command;

/**
 * Runs what a start runs, once, in a folder of its own; the launcher keeps what the JVM has learned
 * from it.
 */
@Command(name = "warm-up", hidden = true)
final class WarmUpCommand implements Callable<Integer> {
    private static final String TOPIC = "warm-up";
    private static final Duration POLL = Duration.ofMillis(100);

    private WarmUpCommand() {}

    @Override
    public Integer call() throws Exception {
        var directory = Files.createTempDirectory("millrace-warm-up");
        try (var broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(directory))) {
            createTopic(broker.bootstrapServers());
            produce(broker.bootstrapServers());
            consume(broker.bootstrapServers());
        } finally {
            delete(directory);
        }
        return 0;
    }

    private static void createTopic(String bootstrap) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 4, (short) 1))).all().get();
        }
    }

    private static void produce(String bootstrap) throws Exception {
        Map<String, Object> config =
                Map.of("bootstrap.servers", bootstrap, "transactional.id", TOPIC);
        try (var producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(TOPIC, new byte[16], new byte[1024])).get();
            producer.commitTransaction();
        }
    }

    private static void consume(String bootstrap) {
        Map<String, Object> config =
                Map.of(
                        "bootstrap.servers", bootstrap,
                        "group.id", TOPIC,
                        "group.protocol", "consumer",
                        "auto.offset.reset", "earliest",
                        "isolation.level", "read_committed");
        try (var consumer =
                new KafkaConsumer<>(
                        config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            var seen = 0;
            while (seen == 0) {
                seen = consumer.poll(POLL).count();
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (var paths = Files.walk(directory)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
