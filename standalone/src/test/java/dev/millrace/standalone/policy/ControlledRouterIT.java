package dev.millrace.standalone.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.RoutedBy;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.control.ControlWriter.Change;
import dev.millrace.router.Router;
import dev.millrace.router.RouterSettings;
import dev.millrace.standalone.client.ChangeMetadata;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.control.PolicyUpdates;
import dev.millrace.standalone.option.PolicyFile;
import dev.millrace.testclusters.RequestCluster;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Policies, pauses and cancellations that reach a running router. */
class ControlledRouterIT {
    private static final Logger LOG = LoggerFactory.getLogger(ControlledRouterIT.class);
    private static final int JOBS = 20;

    @TempDir Path directory;
    private final List<ConsumerRecord<byte[], byte[]>> written = new ArrayList<>();
    private RequestCluster requests;
    private PipelineClient client;

    @BeforeEach
    void open() {
        requests = new RequestCluster(directory);
        client = new PipelineClient(KafkaConfig.of(requests.bootstrap()), "millrace.");
    }

    @AfterEach
    void close() {
        requests.close();
    }

    private Router startRouter() {
        var router =
                Router.start(
                        RouterSettings.embedded(
                                RequestCluster.config(requests.bootstrap()), requests.state()),
                        new SimpleMeterRegistry(),
                        InstantSource.system());
        await().until(() -> router.health().ready());
        return router;
    }

    private static ChangeMetadata metadata() {
        return new ChangeMetadata(InstantSource.system().instant(), "test", Optional.empty());
    }

    private void apply(String model) {
        var yaml = "policies: { default: { rules: [ { use: [" + model + "] } ] } }";
        var wanted = PolicyFile.parse("test", yaml, Catalog.shipped());
        client.write(
                RandomGenerator.getDefault(),
                state -> PolicyUpdates.apply(state, wanted, Map.of(), metadata()));
    }

    private void write(ControlRecord record) {
        client.write(RandomGenerator.getDefault(), _ -> new Change<>(List.of(record), true));
    }

    private static ControlRecord command(ControlKey key) {
        return new OperatorCommand(metadata().at(), "test").record(key);
    }

    private void submit(String name, int jobs) {
        try {
            requests.submit(
                    IntStream.range(0, jobs)
                            .mapToObj(i -> RequestCluster.line(name + i, "auto", "What is this?"))
                            .collect(Collectors.joining()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<String> routedBy(ConsumerRecord<byte[], byte[]> record) {
        return MillraceHeaders.text(record.headers(), MillraceHeaders.ROUTED_BY);
    }

    @Nested
    class AnAppliedPolicy {
        @Test
        void routesLaterJobsWithoutARestart() {
            try (var _ = startRouter()) {
                submit("before", 1);
                assertThat(requests.awaitOutput(1))
                        .anySatisfy(
                                it ->
                                        assertThat(routedBy(it))
                                                .contains(
                                                        "default/3@"
                                                                + RoutedBy.version(
                                                                        Policy.SHIPPED)));

                apply("gpt-4.1");

                var applied = Instant.now();
                awaitJobBy("default/1@v1");
                LOG.atWarn()
                        .addKeyValue("millis", Duration.between(applied, Instant.now()).toMillis())
                        .log("From the end of an apply to the first job by the new version");
                submit("later", JOBS);
                await().until(() -> later().size() == JOBS);
                assertThat(later())
                        .as("once one job is by the new version, all that are submitted later are")
                        .allSatisfy(
                                it -> {
                                    assertThat(routedBy(it)).contains("default/1@v1");
                                    assertThat(it.topic()).startsWith("millrace.jobs.gpt-4.1.");
                                });
            }
        }
    }

    @Nested
    class ARollback {
        @Test
        void sendsNoLaterJobToTheRemovedModel() {
            apply("deepseek-flash");
            apply("gpt-4.1");
            try (var _ = startRouter()) {
                awaitJobBy("default/1@v2");

                client.write(
                        RandomGenerator.getDefault(),
                        state ->
                                PolicyUpdates.rollback(
                                        state,
                                        "default",
                                        OptionalInt.empty(),
                                        Map.of(),
                                        metadata()));

                awaitJobBy("default/1@v3");
                submit("later", JOBS);
                await().until(() -> later().size() == JOBS);
                assertThat(later())
                        .allSatisfy(
                                it ->
                                        assertThat(it.topic())
                                                .startsWith("millrace.jobs.deepseek-flash."));
            }
        }
    }

    private void awaitJobBy(String routedBy) {
        var turn = new AtomicInteger();
        await().pollInterval(Duration.ofMillis(1))
                .until(
                        () -> {
                            submit("after" + turn.incrementAndGet() + "-", 1);
                            return requests.poll().stream()
                                    .anyMatch(it -> routedBy(it).equals(Optional.of(routedBy)));
                        });
    }

    private List<ConsumerRecord<byte[], byte[]>> later() {
        return in("millrace.jobs.").stream()
                .filter(it -> new String(it.value(), UTF_8).contains("\"later"))
                .toList();
    }

    /** Returns the router's records so far, without control, which others write too. */
    private List<ConsumerRecord<byte[], byte[]>> written() {
        requests.poll().stream()
                .filter(it -> !it.topic().equals(RequestCluster.TOPICS.control()))
                .forEach(written::add);
        return written;
    }

    private List<ConsumerRecord<byte[], byte[]>> in(String topic) {
        return written().stream().filter(it -> it.topic().startsWith(topic)).toList();
    }

    @Nested
    class APauseOfEverything {
        @Test
        void holdsAllJobsUntilItEnds() {
            write(command(new ControlKey.PauseAll()));
            try (var router = startRouter()) {
                assertThat(router.health().detail()).isEqualTo("paused by control");
                submit("waiting", JOBS);
                await().during(Duration.ofSeconds(1)).until(() -> written().isEmpty());

                write(ControlRecord.removal(new ControlKey.PauseAll()));

                await().until(() -> in("millrace.jobs.").size() == JOBS);
                assertThat(router.health().detail()).isEqualTo("routing");
            }
        }
    }

    @Nested
    class ACancelledBatch {
        @Test
        void endsItsWaitingJobsButNotLaterOnes() {
            write(command(new ControlKey.PauseAll()));
            try (var _ = startRouter()) {
                submit("waiting", JOBS);
                write(command(new ControlKey.CancelBatch("default", "batch")));
                submit("later", 1);

                write(ControlRecord.removal(new ControlKey.PauseAll()));

                await().until(() -> in("millrace.jobs.").size() == 1 && ends() == JOBS);
                assertThat(in(RequestCluster.TOPICS.results()))
                        .hasSize(JOBS)
                        .allSatisfy(
                                it ->
                                        assertThat(ResultView.read(it.value()).errorCode())
                                                .isEqualTo("cancelled"));
            }
        }

        private long ends() {
            return in(RequestCluster.TOPICS.costs()).stream()
                    .filter(it -> CostEventCodec.read(it.value()).isFinal())
                    .count();
        }
    }
}
