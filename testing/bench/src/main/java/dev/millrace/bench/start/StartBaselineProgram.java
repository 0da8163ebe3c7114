package dev.millrace.bench.start;

import dev.millrace.bench.cluster.BareClients;
import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.standalone.run.StartTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;

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
            String bootstrap = broker.bootstrapServers();
            try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
                admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
            }
            var clients = new BareClients(bootstrap, TOPIC);
            try (var producer = clients.idempotentProducer()) {
                producer.send(new ProducerRecord<>(TOPIC, new byte[1])).get();
            }
            try (var consumer = clients.consumer(List.of(TOPIC))) {
                int consumed = 0;
                while (consumed == 0) {
                    consumed = consumer.poll(POLL).count();
                }
            }
            long nanos = System.nanoTime() - StartTime.nanos();
            System.out.println(Duration.ofNanos(nanos).toMillis());
        }
    }
}
