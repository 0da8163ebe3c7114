package dev.millrace.standalone.guard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.config.ConfigLoader;
import dev.millrace.contracts.config.KafkaConfig;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.control.ControlFollower;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.topic.TopicPlan;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.Router;
import dev.millrace.router.RouterSettings;
import dev.millrace.standalone.broker.EmbeddedBroker;
import dev.millrace.standalone.broker.EmbeddedBrokerSettings;
import dev.millrace.standalone.guard.DirectedWorker.Arrival;
import dev.millrace.standalone.topics.TopicAdmin;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class TripAndRampIT {
    private static final Logger LOG = LoggerFactory.getLogger(TripAndRampIT.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PACE = Duration.ofMillis(10);
    private static final int PARTITIONS = 4;
    private static final int IN_A_ROW = 400;
    private static final String OLD = "gpt-4.1";
    private static final String NEW = "qwen-turbo";
    private static final String GUARDED =
            """
            policies:
              default:
                rules:
                  - split: [ { model: gpt-4.1, weight: 75 }, { model: qwen-turbo, weight: 25 } ]
                    guard: { arm: qwen-turbo, error_rate: 10, over: 100 }
            """;
    private static final String RAMPED =
            """
            policies:
              default:
                rules:
                  - split: [ { model: gpt-4.1, weight: 75 }, { model: qwen-turbo, weight: 25 } ]
                    ramp: { arm: qwen-turbo, steps: [5, 50, 100], each: { good_results: 20 } }
            """;

    @TempDir private Path directory;
    private EmbeddedBroker broker;
    private KafkaProducer<byte[], byte[]> producer;
    private int sent;

    @BeforeEach
    void start() {
        broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(directory.resolve("kafka")));
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    @AfterEach
    void stop() {
        producer.close();
        broker.close();
    }

    /** A router that works, with what stands around it. */
    private final class Pipeline implements AutoCloseable {
        final DirectedWorker worker;
        final ControlFollower control;
        private final Router router;

        Pipeline(String yaml) {
            MillraceConfig config =
                    new ConfigLoader(Map.of())
                            .parse("test", yaml)
                            .withSimulator()
                            .withKafka(KafkaConfig.of(broker.bootstrapServers()));
            var topics = new Topics(config.topics().prefix());
            try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                var _ = new TopicAdmin(admin).apply(TopicPlan.of(config));
            }
            worker =
                    DirectedWorker.start(
                            broker.bootstrapServers(), topics, PARTITIONS, List.of(OLD, NEW));
            control =
                    ControlFollower.start(
                            Map.of("bootstrap.servers", broker.bootstrapServers()),
                            config.topics().prefix());
            router =
                    Router.start(
                            RouterSettings.embedded(config, directory.resolve("state")),
                            new SimpleMeterRegistry(),
                            InstantSource.system());
            await().atMost(PATIENCE).until(() -> router.health().ready());
        }

        Optional<Trip> trip() {
            return control.state().lastTrip("default", NEW);
        }

        boolean isTripped() {
            return trip().filter(Trip::isInForce).isPresent();
        }

        @Override
        public void close() {
            router.close();
            control.close();
            worker.close();
        }
    }

    /** Sends a few jobs now and then until it is so. */
    private void sendUntil(Callable<Boolean> isSo) {
        await().atMost(PATIENCE)
                .pollInterval(PACE)
                .until(
                        () -> {
                            for (int i = 0; i < 4; i++) {
                                send();
                            }
                            return isSo.call();
                        });
    }

    private void send() {
        int number = sent++;
        String line =
                """
                {"custom_id":"%d","url":"/v1/chat/completions","body":{"model":"auto",\
                "messages":[{"role":"user","content":"Hi"}]}}"""
                        .formatted(number);
        var _ =
                producer.send(
                        new ProducerRecord<>(
                                "millrace.requests",
                                number % PARTITIONS,
                                null,
                                line.getBytes(UTF_8)));
    }

    private static boolean areAllOf(String model, List<Arrival> arrivals) {
        return arrivals.stream().allMatch(it -> it.model().equals(model));
    }

    private static List<Arrival> last(List<Arrival> arrivals) {
        return arrivals.subList(Math.max(0, arrivals.size() - IN_A_ROW), arrivals.size());
    }

    @Nested
    class WhenANewModelIsBroken {
        @Test
        void itGetsNoMoreJobsUntilSomeoneClearsTheTrip() {
            try (var pipeline = new Pipeline(GUARDED)) {
                sendUntil(() -> pipeline.worker.arrivals().size() > IN_A_ROW);
                assertThat(pipeline.isTripped()).isFalse();

                pipeline.worker.breakModel(NEW);
                sendUntil(pipeline::isTripped);
                sendUntil(() -> areAllOf(OLD, last(pipeline.worker.arrivals())));
                report(pipeline);
                Trip trip = pipeline.trip().orElseThrow();
                assertThat(trip.errors()).isEqualTo(11);

                pipeline.worker.mend(NEW);
                ControlRecord cleared = trip.cleared(Instant.now()).record("default", NEW);
                var _ = producer.send(cleared.toRecord("millrace.control"));
                sendUntil(() -> !areAllOf(OLD, last(pipeline.worker.arrivals())));
                assertThat(pipeline.isTripped()).isFalse();
            }
        }

        /** How soon it was, for whoever reads the log: nothing here depends on it. */
        private static void report(Pipeline pipeline) {
            List<Arrival> errors =
                    pipeline.worker.arrivals().stream().filter(Arrival::isError).toList();
            Instant breach = errors.get(10).at();
            Trip trip = pipeline.trip().orElseThrow();
            LOG.atWarn()
                    .addKeyValue("errorsInAll", errors.size())
                    .addKeyValue(
                            "tripMillisAfterTheBreach",
                            Duration.between(breach, trip.trippedAt()).toMillis())
                    .addKeyValue(
                            "lastJobMillisAfterTheBreach",
                            Duration.between(breach, errors.getLast().at()).toMillis())
                    .log("The broken arm");
        }
    }

    @Nested
    class WhenANewModelDoesWell {
        @Test
        void itsRampGoesToItsEnd() {
            try (var pipeline = new Pipeline(RAMPED)) {
                sendUntil(() -> areAllOf(NEW, last(pipeline.worker.arrivals())) && sent > IN_A_ROW);

                assertThat(pipeline.control.state().ramps().values())
                        .singleElement()
                        .satisfies(it -> assertThat(it.step()).isEqualTo(2));
            }
        }
    }
}
