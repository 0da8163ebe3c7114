package dev.millrace.standalone.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.config.KafkaConfig;
import dev.millrace.contracts.control.PolicyReader;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.standalone.broker.EmbeddedBroker;
import dev.millrace.standalone.broker.EmbeddedBrokerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rollback beside something that routes jobs as a router does. */
class RollbackWatchIT {
    private static final String TOPIC = "millrace.jobs.gpt-4.1.normal";
    private static final Stamp STAMP = new Stamp(Instant.EPOCH, "test", Optional.empty());

    private static EmbeddedBroker broker;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(directory));
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(
                            List.of(
                                    new NewTopic("millrace.control", 1, (short) 1),
                                    new NewTopic(TOPIC, 2, (short) 1)))
                    .all()
                    .get();
        }
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static Policy policy(String model) {
        var yaml = "policies: { p: { rules: [ { use: [" + model + "] } ] } }";
        return PolicyReader.parse("test", yaml, Catalog.shipped()).values().iterator().next();
    }

    @Test
    void countsWhatCameByWhichVersionAndWhere() {
        var cluster = new ControlledCluster(KafkaConfig.of(broker.bootstrapServers()), "millrace.");
        for (var model : List.of("deepseek-v3.2", "gpt-4.1-turbo")) {
            var wanted = Map.of("default", policy(model));
            cluster.write(
                    RandomGenerator.getDefault(),
                    state -> PolicyDecisions.apply(state, wanted, Map.of(), STAMP));
        }
        var routedBy = new AtomicReference<>("default/1@v2");
        var watch =
                new RollbackWatch(
                        cluster, Catalog.shipped(), System::nanoTime, RandomGenerator.getDefault());

        RolledBack seen;
        try (var producer = producer();
                var router = Executors.newSingleThreadScheduledExecutor()) {
            var _ =
                    router.scheduleAtFixedRate(
                            () -> route(producer, routedBy.get()), 0, 20, TimeUnit.MILLISECONDS);
            seen =
                    watch.run(
                            state ->
                                    PolicyDecisions.rollback(
                                            state, "default", OptionalInt.empty(), Map.of(), STAMP),
                            rollback -> routedBy.set("default/1@" + rollback.change().after()),
                            Duration.ofSeconds(1));
            router.shutdownNow();
        }

        assertThat(seen.inForce()).isTrue();
        assertThat(seen.removed()).containsExactly("gpt-4.1");
        assertThat(seen.routed()).isPositive();
        assertThat(seen.routedToRemoved()).isZero();
        assertThat(cluster.read().policy("default").orElseThrow().policy())
                .isEqualTo(policy("deepseek-v3.2"));
    }

    private static void route(KafkaProducer<byte[], byte[]> producer, String routedBy) {
        var record = new ProducerRecord<byte[], byte[]>(TOPIC, new byte[] {1});
        MillraceHeaders.put(record.headers(), MillraceHeaders.ROUTED_BY, routedBy);
        MillraceHeaders.put(
                record.headers(),
                MillraceHeaders.CHAIN,
                routedBy.endsWith("v2") ? "gpt-4.1,deepseek-v3.2" : "deepseek-v3.2");
        var _ = producer.send(record);
    }

    private static KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }
}
