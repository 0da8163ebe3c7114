package dev.millrace.standalone.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.results.BatchKey;
import dev.millrace.results.batch.BatchReader;
import dev.millrace.results.batch.BatchStatus;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.standalone.cli.Commands;
import dev.millrace.standalone.cluster.Right;
import dev.millrace.standalone.cluster.Role;
import dev.millrace.standalone.cluster.RoleRights;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.pipeline.PipelinePart;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.testclusters.secured.RecordingAuthorizer.Access;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests a pipeline on a cluster with TLS and logins. Each service and each command has its own user
 * with the rights of the table.
 */
@Tag("long")
class RightsIT {
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    private static final String SECTIONS =
            """
            topics: { partitions: 2, replication_factor: 1 }
            request_topics: { millrace.requests: {}, acme.requests: { tenant: acme }, globex.requests: { tenant: globex } }
            models:
              m0: { provider: simulator, price: { input: 1, output: 2 }, max_output_tokens: 100, limits: { concurrency: 50 } }
              m1: { provider: simulator, price: { input: 1, output: 2 }, fallback: [m2], max_output_tokens: 100 }
              m2: { provider: simulator, price: { input: 1, output: 2 }, max_output_tokens: 100 }
              m3: { provider: simulator, price: { input: 1, output: 2 }, fallback: [m2], max_output_tokens: 100 }
              m4: { provider: simulator, price: { input: 1, output: 2 }, max_output_tokens: 100 }
            policies: { default: { rules: [ { split: [ { model: m1, weight: 1 }, { model: m2, weight: 1 } ], guard: { arm: m2, error_rate: 50, over: 200 } } ] } }
            worker: { instance: w1, backoff: { initial: 10ms, max: 20ms } }
            router: { cache: { default: exact } }
            tenants: { initech: { budget: { limit_usd: 100 } } }
            """;

    private static final Set<String> TAKEN_AWAY = Set.of("millrace.results", "millrace.batches");

    /** A tenant without its own request topic. */
    private static final String TENANT = "initech";

    @TempDir private static Path folder;
    private static SecuredServices services;
    private static SecuredServices.Running router;
    private static SecuredServices.Running worker;
    private static SecuredServices.Running sink;

    @BeforeAll
    static void start() throws IOException {
        services = new SecuredServices(folder, SECTIONS);
        for (Role role : Role.values()) {
            MillraceConfig config = services.config(role.word());
            RoleRights.of(role, config).forEach(it -> services.cluster().allow(bindings(role, it)));
        }
        run("topics", "check", "--config", file(Role.CHECK));
        run("topics", "apply", "--config", file(Role.TOPICS));
        router = services.start(PipelinePart.ROUTER);
        worker = services.start(PipelinePart.WORKER);
        sink = services.start(PipelinePart.SINK);
    }

    @AfterAll
    static void stop() {
        sink.close();
        worker.close();
        router.close();
        services.close();
    }

    private static List<AclBinding> bindings(Role role, Right right) {
        return right.bindings("User:" + role.word());
    }

    private static String file(Role role) throws IOException {
        return services.file(role.word()).toString();
    }

    private static void run(String... arguments) {
        assertThat(Commands.execute(arguments)).isEqualTo(ExitCode.OK);
    }

    @Test
    void servicesAndCommandsNeedExactlyTheRightsOfTheTable()
            throws IOException, InterruptedException {
        var scenario = new RightsScenario(services, folder);
        submit("all", 20);
        awaitStored("all", 20);
        scenario.submitToEveryTopic();
        scenario.endJobsInEveryWay();
        scenario.consume();
        // Must precede the status, which counts jobs that wait for passages once any such job
        // existed.
        retrieve(scenario);
        scenario.operate();
        scenario.serveUsage();
        callGateway(scenario);
        scenario.changeAnInternalTopic();
        router.close();
        scenario.addPartition();
        router = services.start(PipelinePart.ROUTER);
        scenario.changeTopics();

        Awaitility.await().untilAsserted(() -> assertThat(scenario.unused()).isEmpty());
        assertThat(refused()).isEmpty();
    }

    private static void retrieve(RightsScenario scenario) throws IOException {
        try (var _ = services.start(PipelinePart.RETRIEVAL)) {
            scenario.retrieve();
        }
    }

    private static void callGateway(RightsScenario scenario)
            throws IOException, InterruptedException {
        try (var gateway = new GatewayScenario(services, folder)) {
            gateway.submitJobs();
            gateway.call();
            gateway.runBatches();
            Awaitility.await()
                    .untilAsserted(
                            () -> {
                                gateway.callExpress();
                                gateway.stream();
                                assertThat(scenario.unused(Role.GATEWAY)).isEmpty();
                            });
        }
    }

    /**
     * Returns the refused accesses of roles. Excludes checks that only decide what users see, such
     * as whether a user has the rights of other roles, and accesses to topics whose rights other
     * tests take away.
     */
    private static Set<Access> refused() {
        Set<String> users =
                Arrays.stream(Role.values())
                        .filter(it -> it != Role.CHECK)
                        .map(it -> "User:" + it.word())
                        .collect(Collectors.toSet());
        return services.cluster().accesses().stream()
                .filter(it -> !it.isAllowed() && it.isReported())
                .filter(it -> users.contains(it.principal()))
                .filter(it -> !TAKEN_AWAY.contains(it.resource()))
                .collect(Collectors.toSet());
    }

    private static void submit(String batch, int jobs) throws IOException {
        run(
                "submit",
                file(batch, jobs, TENANT).toString(),
                "--batch",
                batch,
                "--topic",
                "millrace.requests",
                "--config",
                file(Role.SUBMIT));
    }

    /** Writes jobs that claim to be of the given tenant. */
    private static Path file(String batch, int jobs, String tenant) throws IOException {
        String lines =
                IntStream.range(0, jobs)
                        .mapToObj(
                                i ->
                                        """
                                        {"custom_id":"%1$s-%2$d","method":"POST","url":"/v1/chat/completions","body":{"model":"m0","messages":[{"role":"user","content":"%1$s %2$d"}]},"millrace":{"tenant":"%3$s"}}
                                        """
                                                .formatted(batch, i, tenant))
                        .collect(Collectors.joining());
        return Files.writeString(folder.resolve(batch + ".jsonl"), lines);
    }

    private static void awaitStored(String batch, int jobs) {
        awaitStored(TENANT, batch, jobs);
    }

    private static void awaitStored(String tenant, String batch, int jobs) {
        Awaitility.await().until(() -> stored(tenant, batch) == jobs);
    }

    private static long stored(String tenant, String batch) throws DatabaseException {
        String database = "jdbc:sqlite:" + DataDirectory.database(folder.resolve("sink"));
        try (var runner = QueryRunner.open(database)) {
            return new BatchReader(runner, Instant.now())
                    .find(new BatchKey(tenant, batch))
                    .map(BatchStatus::results)
                    .orElse(0L);
        }
    }

    @Test
    void workerThatLosesARightSaysWhichAndContinuesWithoutAnotherCall() throws IOException {
        long before = calls();
        Right results = right(Role.WORKER, "millrace.results");
        services.cluster().revoke(bindings(Role.WORKER, results));
        try {
            submit("unwritten", 5);
            awaitProblem(worker, "may not use the topics [millrace.results]");
        } finally {
            services.cluster().allow(bindings(Role.WORKER, results));
        }
        awaitStored("unwritten", 5);

        assertThat(calls() - before).isEqualTo(5);
    }

    @Test
    void sinkThatLosesTheRightToReadATopicThatItSeesSaysSo() throws IOException {
        Right manifests = right(Role.SINK, "millrace.batches");
        var seen = bindings(Role.SINK, manifests.only(Set.of(AclOperation.DESCRIBE)));
        services.cluster().allow(seen);
        services.cluster().revoke(bindings(Role.SINK, manifests));
        try {
            awaitProblem(sink, "may not use the topics [millrace.batches]");
        } finally {
            services.cluster().allow(bindings(Role.SINK, manifests));
            services.cluster().revoke(seen);
        }
        submit("seen", 3);
        awaitStored("seen", 3);
    }

    @Test
    void tenantWritesOnlyItsOwnTopicAndItsClaimOfAnotherTenantIsIgnored() throws IOException {
        String acme = services.file("acme").toString();
        RoleRights.submitTo("acme.requests")
                .forEach(it -> services.cluster().allow(it.bindings("User:acme")));
        Path claim = file("claim", 2, "globex");
        run(
                "submit",
                claim.toString(),
                "--batch",
                "claim",
                "--topic",
                "acme.requests",
                "--config",
                acme);
        awaitStored("acme", "claim", 2);

        assertThat(
                        Commands.execute(
                                "submit",
                                claim.toString(),
                                "--topic",
                                "globex.requests",
                                "--config",
                                acme))
                .isEqualTo(ExitCode.FAILURE);
        for (String foreign : List.of("globex.requests", "millrace.results", "acme.requests")) {
            assertThatExceptionOfType(TopicAuthorizationException.class)
                    .isThrownBy(() -> read(foreign));
        }
    }

    /** Reads a topic as the tenant. */
    private static void read(String topic) {
        Map<String, Object> client =
                new HashMap<>(services.cluster().client("acme", SecuredServices.password("acme")));
        try (var consumer =
                new KafkaConsumer<>(
                        client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            consumer.seek(new TopicPartition(topic, 0), 0);
            consumer.poll(TIMEOUT);
        }
    }

    private static Right right(Role role, String name) throws IOException {
        return RoleRights.of(role, services.config(role.word())).stream()
                .filter(it -> it.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void awaitProblem(SecuredServices.Running service, String text) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(service.health().detail()).contains(text));
    }

    /** Returns the number of calls of the model that only the jobs of this class name. */
    private static long calls() {
        return services.simulator().ledger().entries().stream()
                .filter(it -> it.model().equals("m0"))
                .count();
    }
}
