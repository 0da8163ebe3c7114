package dev.millrace.standalone.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.PolicyReader;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.RoutedBy;
import dev.millrace.standalone.client.ChangeMetadata;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.policy.PolicyUpdates.Rollback;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
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

/** Rollbacks while a simulated router routes jobs. */
class RollbackVerifierIT {
    private static final String TOPIC = "millrace.jobs.gpt-4.1.normal";
    private static final ChangeMetadata METADATA =
            new ChangeMetadata(Instant.EPOCH, "test", Optional.empty());

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

    /** The headers that the simulated router writes. */
    private record Routed(String by, String model) {}

    private static PipelineClient client() {
        return new PipelineClient(KafkaConfig.of(broker.bootstrapServers()), "millrace.");
    }

    private static Policy policy(String rules) {
        var yaml = "policies: { p: { rules: [ " + rules + " ] } }";
        return PolicyReader.parse("test", yaml, Catalog.shipped()).values().iterator().next();
    }

    private static void apply(String name, String rules) {
        client().write(
                        RandomGenerator.getDefault(),
                        state ->
                                PolicyUpdates.apply(
                                        state, Map.of(name, policy(rules)), Map.of(), METADATA));
    }

    /** Rolls the second version back. */
    private static RollbackOutcome rollBack(String name, Consumer<Rollback> onWritten) {
        var verifier =
                new RollbackVerifier(
                        client(),
                        Catalog.shipped(),
                        System::nanoTime,
                        RandomGenerator.getDefault());
        return verifier.run(
                state ->
                        PolicyUpdates.rollback(
                                state, name, OptionalInt.empty(), Map.of(), METADATA),
                onWritten,
                Duration.ofSeconds(1));
    }

    /** Rolls back under load: version 2 routes jobs before, the given rule and model afterwards. */
    private static RollbackOutcome rollBackUnderLoad(String name, int rule, String model) {
        var routed = new AtomicReference<>(new Routed(name + "/1@v2", "gpt-4.1"));
        try (var producer = producer();
                var router = Executors.newSingleThreadScheduledExecutor()) {
            var _ =
                    router.scheduleAtFixedRate(
                            () -> route(producer, TOPIC, routed.get()),
                            0,
                            20,
                            TimeUnit.MILLISECONDS);
            var outcome =
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
            return outcome;
        }
    }

    private static void route(KafkaProducer<byte[], byte[]> producer, String topic, Routed routed) {
        var record = new ProducerRecord<byte[], byte[]>(topic, new byte[] {1});
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
    class WhenTheNewVersionRoutesJobs {
        @Test
        void rollbackIsInForceAndCountsItsJobs() {
            apply("default", "{ use: [deepseek-flash] }");
            apply("default", "{ use: [gpt-4.1-turbo] }");

            var outcome = rollBackUnderLoad("default", 1, "deepseek-flash");

            assertThat(outcome.isInForce()).isTrue();
            assertThat(outcome.isSeen()).isTrue();
            assertThat(outcome.removed()).containsExactly("gpt-4.1");
            assertThat(outcome.routedToRemoved()).isZero();
            assertThat(client().read().policy("default").orElseThrow().policy())
                    .isEqualTo(policy("{ use: [deepseek-flash] }"));
        }
    }

    @Nested
    class WhenARestoredRuleChoosesTheCheapestModel {
        private static final String RESTORED =
                "{ when: { reasoning: true }, use: [deepseek-flash] }, { cheapest: {} }";

        @Test
        void jobOfAnotherRuleToTheRemovedModelFailsTheRollback() {
            apply("wrong", RESTORED);
            apply("wrong", "{ use: [gpt-4.1] }");

            var outcome = rollBackUnderLoad("wrong", 1, "gpt-4.1");

            assertThat(outcome.isInForce()).isFalse();
            assertThat(outcome.routedToRemoved()).isPositive();
        }

        @Test
        void jobOfThatRuleToTheRemovedModelIsCountedSeparately() {
            apply("cheap", RESTORED);
            apply("cheap", "{ use: [gpt-4.1] }");

            var outcome = rollBackUnderLoad("cheap", 2, "gpt-4.1");

            assertThat(outcome.isInForce()).isTrue();
            assertThat(outcome.routedToRemoved()).isZero();
            assertThat(outcome.allowedToRemoved()).isPositive();
        }
    }

    @Nested
    class WhenALaneGetsItsFirstJob {
        private static final String HIGH = "millrace.jobs.gpt-4.1.high";

        @Test
        void jobOfTheOldVersionInTheNewTopicIsCounted() {
            apply("late", "{ use: [deepseek-flash] }");
            apply("late", "{ use: [gpt-4.1] }");

            var outcome =
                    rollBack("late", _ -> routeToNewTopic(new Routed("late/1@v2", "gpt-4.1")));

            assertThat(outcome.late()).isOne();
        }

        private void routeToNewTopic(Routed routed) {
            try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
                    var producer = producer()) {
                admin.createTopics(List.of(new NewTopic(HIGH, 1, (short) 1))).all().get();
                route(producer, HIGH, routed);
            } catch (InterruptedException | ExecutionException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Nested
    class WhenNoJobIsRouted {
        @Test
        void rollbackIsInForceButNotConfirmed() {
            apply("quiet", "{ use: [deepseek-flash] }");
            apply("quiet", "{ use: [gpt-4.1] }");

            var outcome = rollBack("quiet", _ -> {});

            assertThat(outcome.isInForce()).isTrue();
            assertThat(outcome.isSeen()).isFalse();
        }
    }
}
