package dev.millrace.bench.idle;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/**
 * A program that runs an embedded broker and an exactly-once Kafka Streams pass-through with
 * Kafka's defaults until it is killed. It never receives a record.
 */
public final class IdleBaselineProgram {
    private static final int PARTITIONS = 4;
    private static final List<String> TOPICS = List.of("in", "out");

    private IdleBaselineProgram() {}

    /**
     * Starts broker and pass-through.
     *
     * @param args the folder for the data of broker and Streams
     */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        var broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(folder.resolve("broker")));
        createTopics(broker);
        passThrough(broker, folder.resolve("state")).start();
        System.out.println("running");
    }

    private static void createTopics(EmbeddedBroker broker) throws Exception {
        var cluster = new Properties();
        cluster.put("bootstrap.servers", broker.bootstrapServers());
        try (var admin = Admin.create(cluster)) {
            admin.createTopics(
                            TOPICS.stream()
                                    .map(name -> new NewTopic(name, PARTITIONS, (short) 1))
                                    .toList())
                    .all()
                    .get();
        }
    }

    private static KafkaStreams passThrough(EmbeddedBroker broker, Path state) {
        var bytes = Serdes.ByteArray();
        var builder = new StreamsBuilder();
        builder.stream(TOPICS.getFirst(), Consumed.with(bytes, bytes))
                .to(TOPICS.getLast(), Produced.with(bytes, bytes));
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "idle");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        return new KafkaStreams(builder.build(), properties);
    }
}
