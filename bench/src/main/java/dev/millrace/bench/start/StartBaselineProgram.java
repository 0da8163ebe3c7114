package dev.millrace.bench.start;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.standalone.cli.batch.StartTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A program that starts an embedded broker and produces and consumes one record. Prints the
 * milliseconds since the bench started its process.
 */
public final class StartBaselineProgram {
    private static final String TOPIC = "first";
    private static final Duration POLL = Duration.ofMillis(100);

    private StartBaselineProgram() {}

    /**
     * Runs the program.
     *
     * @param args the broker's folder
     */
    public static void main(String[] args) throws Exception {
        try (var broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(Path.of(args[0])))) {
            Map<String, Object> cluster = Map.of("bootstrap.servers", broker.bootstrapServers());
            try (var admin = Admin.create(cluster)) {
                admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
            }
            produce(cluster);
            consume(broker.bootstrapServers());
            long nanos = System.nanoTime() - StartTime.nanos();
            System.out.println(Duration.ofNanos(nanos).toMillis());
        }
    }

    private static void produce(Map<String, Object> cluster) throws Exception {
        try (var producer =
                new KafkaProducer<>(
                        cluster, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(TOPIC, new byte[1])).get();
        }
    }

    private static void consume(String bootstrap) {
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "group.id",
                        TOPIC,
                        "group.protocol",
                        "consumer",
                        "auto.offset.reset",
                        "earliest");
        try (var consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            int consumed = 0;
            while (consumed == 0) {
                consumed = consumer.poll(POLL).count();
            }
        }
    }
}
