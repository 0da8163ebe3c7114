package dev.millrace.standalone.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.config.KafkaConfig;
import dev.millrace.contracts.control.PolicyReader;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.RoutedBy;
import dev.millrace.standalone.control.PolicyDecisions.Rollback;
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
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
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

    /** What the router at its side says of each job. */
    private record Routed(String by, String model) {}

    private static ControlledCluster cluster() {
        return new ControlledCluster(KafkaConfig.of(broker.bootstrapServers()), "millrace.");
    }

    private static Policy policy(String rules) {
        var yaml = "policies: { p: { rules: [ " + rules + " ] } }";
        return PolicyReader.parse("test", yaml, Catalog.shipped()).values().iterator().next();
    }

    private static void apply(String name, String rules) {
        cluster()
                .write(
                        RandomGenerator.getDefault(),
                        state ->
                                PolicyDecisions.apply(
                                        state, Map.of(name, policy(rules)), Map.of(), STAMP));
    }

    /** Takes the second version back. */
    private static RolledBack rollBack(String name, Consumer<Rollback> told) {
        var watch =
                new RollbackWatch(
                        cluster(),
                        Catalog.shipped(),
                        System::nanoTime,
                        RandomGenerator.getDefault());
        return watch.run(
                state ->
                        PolicyDecisions.rollback(state, name, OptionalInt.empty(), Map.of(), STAMP),
                told,
                Duration.ofSeconds(1));
    }

    /** The same while jobs come: before by the second version, then as it is said. */
    private static RolledBack rollBackUnderLoad(String name, int rule, String model) {
        var routed = new AtomicReference<>(new Routed(name + "/1@v2", "gpt-4.1"));
        try (var producer = producer();
                var router = Executors.newSingleThreadScheduledExecutor()) {
            var _ =
                    router.scheduleAtFixedRate(
                            () -> route(producer, routed.get()), 0, 20, TimeUnit.MILLISECONDS);
            var seen =
                    rollBack(
                            name,
                            rollback ->
                                    routed.set(
                                            new Routed(
                                                    new RoutedBy(
                                                                    name,
                                                                    rule,
                                                                    rollback.change().after())
                                                            .text(),
                                                    model)));
            router.shutdownNow();
            return seen;
        }
    }

    private static void route(KafkaProducer<byte[], byte[]> producer, Routed routed) {
        var record = new ProducerRecord<byte[], byte[]>(TOPIC, new byte[] {1});
        MillraceHeaders.put(record.headers(), MillraceHeaders.ROUTED_BY, routed.by());
        MillraceHeaders.put(
                record.headers(), MillraceHeaders.CHAIN, routed.model() + ",qwen-turbo");
        var _ = producer.send(record);
    }

    private static KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @Nested
    class WhenTheNewVersionDecides {
        @Test
        void countsWhatCameByWhichVersionAndWhere() {
            apply("default", "{ use: [deepseek-v3.2] }");
            apply("default", "{ use: [gpt-4.1-turbo] }");

            var seen = rollBackUnderLoad("default", 1, "deepseek-v3.2");

            assertThat(seen.inForce()).isTrue();
            assertThat(seen.isSeen()).isTrue();
            assertThat(seen.removed()).containsExactly("gpt-4.1");
            assertThat(seen.routedToRemoved()).isZero();
            assertThat(cluster().read().policy("default").orElseThrow().policy())
                    .isEqualTo(policy("{ use: [deepseek-v3.2] }"));
        }
    }

    @Nested
    class WhenTheRestoredPolicyTakesTheCheapestOfAll {
        private static final String RESTORED =
                "{ when: { reasoning: true }, use: [deepseek-v3.2] }, { cheapest: {} }";

        @Test
        void aJobByAnotherRuleToTheRemovedModelIsSeen() {
            apply("wrong", RESTORED);
            apply("wrong", "{ use: [gpt-4.1] }");

            var seen = rollBackUnderLoad("wrong", 1, "gpt-4.1");

            assertThat(seen.inForce()).isFalse();
            assertThat(seen.routedToRemoved()).isPositive();
        }

        @Test
        void aJobByThatRuleIsCountedApart() {
            apply("cheap", RESTORED);
            apply("cheap", "{ use: [gpt-4.1] }");

            var seen = rollBackUnderLoad("cheap", 2, "gpt-4.1");

            assertThat(seen.inForce()).isTrue();
            assertThat(seen.routedToRemoved()).isZero();
            assertThat(seen.allowedToRemoved()).isPositive();
        }
    }

    @Nested
    class WhenNoJobComes {
        @Test
        void nothingIsSeen() {
            apply("quiet", "{ use: [deepseek-v3.2] }");
            apply("quiet", "{ use: [gpt-4.1] }");

            var seen = rollBack("quiet", _ -> {});

            assertThat(seen.inForce()).isTrue();
            assertThat(seen.isSeen()).isFalse();
        }
    }
}
