package dev.millrace.standalone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.millrace.broker.BrokerFailure;
import dev.millrace.broker.BrokerStartException;
import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.testclusters.SmallDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerOnAFullDiskIT {
    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final String TOPIC = "words";

    @Test
    void brokerThatRunsOutOfSpaceReportsAFullDisk(@TempDir Path folder) throws Exception {
        try (var disk = SmallDisk.mount(folder, 48);
                var broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(disk.folder()))) {
            var failure = broker.failure().toCompletableFuture();
            createTopic(broker);

            fill(broker, failure);

            await().until(failure::isDone);
            assertThat(failure.get().kind()).isEqualTo(BrokerFailure.Kind.DISK_FULL);
            assertThat(failure.get().message()).contains(folder.toString());
        }
    }

    @Test
    void brokerDoesNotStartOnAFullDisk(@TempDir Path folder) throws Exception {
        try (var disk = SmallDisk.mount(folder, 1)) {
            Files.write(disk.folder().resolve("ballast"), new byte[1024 * 1024 - 4096]);

            var refusal =
                    catchThrowableOfType(
                            BrokerStartException.class,
                            () ->
                                    EmbeddedBroker.start(EmbeddedBrokerSettings.in(disk.folder()))
                                            .close());

            assertThat(refusal.problem()).isEqualTo(BrokerStartException.Problem.DISK_FULL);
        }
    }

    private static void createTopic(EmbeddedBroker broker)
            throws ExecutionException, InterruptedException {
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
        }
    }

    /** Sends records until the broker fails; the outcome of the records does not matter. */
    private static void fill(EmbeddedBroker broker, CompletableFuture<BrokerFailure> failure) {
        Map<String, Object> config =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "max.block.ms", 1_000);
        var producer =
                new KafkaProducer<String, String>(
                        config, new StringSerializer(), new StringSerializer());
        var sent = new ArrayDeque<Future<RecordMetadata>>();
        var deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!failure.isDone() && System.nanoTime() - deadline < 0) {
            sent.add(producer.send(new ProducerRecord<>(TOPIC, "x".repeat(512 * 1024))));
        }
        producer.close(Duration.ZERO);
        assertThat(sent).isNotEmpty();
    }
}
