package dev.millrace.standalone.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.ListenAddress;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.consumer.ConsumerSettings;
import dev.millrace.consumer.MillraceConsumer;
import dev.millrace.consumer.OutputTopic;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.standalone.cli.Commands;
import dev.millrace.standalone.cluster.Role;
import dev.millrace.standalone.cluster.RoleRights;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.ops.BindAddress;
import dev.millrace.standalone.ops.UsageServer;
import dev.millrace.standalone.usage.BacklogMetrics;
import dev.millrace.standalone.usage.PipelineUsage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;

/**
 * Actions of services, commands and programs that need the rarely used rights of the table. Used by
 * one thread.
 */
final class RightsScenario {
    /** A sink on SQLite joins no group. */
    private static final Set<String> NEEDED_ELSEWHERE =
            Set.of("sink Read on group millrace.sink-*");

    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final String JOB =
            "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}}\n";

    private final SecuredServices services;
    private final Path folder;

    RightsScenario(SecuredServices services, Path folder) {
        this.services = services;
        this.folder = folder;
    }

    /**
     * Submits jobs to every request topic; the policy splits them between two models. Returns once
     * the router has deleted the outcomes that it has read, which it compares only while this
     * policy applies.
     */
    void submitToEveryTopic() throws IOException {
        for (String topic : List.of("millrace.requests", "acme.requests", "globex.requests")) {
            submit(topic, "auto", 40);
        }
        Awaitility.await()
                .untilAsserted(
                        () ->
                                assertThat(unused(Role.ROUTER))
                                        .doesNotContain(
                                                "router Delete on topic millrace.router-*"));
    }

    private void submit(String topic, String model, int jobs) throws IOException {
        var lines = new StringBuilder();
        for (int i = 0; i < jobs; i++) {
            lines.append(JOB.formatted(topic + "-" + i, model, topic + " " + model + " " + i));
        }
        Path file = Files.writeString(folder.resolve(topic + "-" + model + ".jsonl"), lines);
        run("submit", file.toString(), "--topic", topic, "--config", file(Role.SUBMIT));
    }

    /**
     * Makes every kind of ending happen. The router ends a job without a call, and a request that
     * is no job. The worker ends a record that is no job, hands over a job whose model fails, and
     * gives back a job with a budget whose first answer is lost. Both report parts of long
     * documents, and the router moves requests to the partitions of their jobs.
     */
    void endJobsInEveryWay() {
        var failing =
                SimulatorSettings.parse(
                        "test",
                        "models: { m3: { failures: { server_error: 1 } }, m4: { fail_first: { calls: 1, status: 504 } } }");
        for (String model : List.of("m3", "m4")) {
            services.simulator()
                    .models()
                    .put(model, Objects.requireNonNull(failing.models().get(model)));
        }
        publish("millrace.requests", JOB.formatted("unknown", "no-such-model", "x"));
        publish("millrace.requests", JOB.formatted("falls-back", "m3", "x"));
        publish(
                "millrace.requests",
                JOB.formatted("lost", "m4", "x")
                        .replaceFirst("\\{", "{\"millrace\":{\"tenant\":\"initech\"},"));
        publish("millrace.requests", "no JSON");
        for (String topic : List.of("millrace.requests", "acme.requests", "globex.requests")) {
            publishToEachPartition(topic, JOB.formatted("misplaced", "m1", "x"));
        }
        publish("millrace.jobs.m1.normal", "no JSON");
        // The parts of the second document get the answers to the parts of the first document.
        publish("millrace.requests", longDocument("document-1"));
        publish("millrace.requests", longDocument("document-2"));
    }

    private static String longDocument(String customId) {
        return JOB.formatted(customId, "m1", "It was a long day. ".repeat(100))
                .replaceFirst(
                        "\\{", "{\"millrace\":{\"cache\":\"exact\",\"split\":{\"size\":100}},");
    }

    /** Publishes a record as a user whose rights do not matter. */
    private void publish(String topic, String value) {
        try (var producer = producer()) {
            var _ = producer.send(new ProducerRecord<>(topic, value.strip()));
        }
    }

    private void publishToEachPartition(String topic, String value) {
        try (var producer = producer()) {
            for (var partition : producer.partitionsFor(topic)) {
                var _ =
                        producer.send(
                                new ProducerRecord<>(
                                        topic, partition.partition(), null, value.strip()));
            }
        }
    }

    private KafkaProducer<String, String> producer() {
        Map<String, Object> client = Map.of("bootstrap.servers", services.cluster().adminServers());
        return new KafkaProducer<>(client, new StringSerializer(), new StringSerializer());
    }

    /** Reads every output with the library for consumers. */
    void consume() throws IOException, InterruptedException {
        var settings =
                new ConsumerSettings(
                        services.config(Role.CONSUME.word()).kafka().orElseThrow().properties(),
                        OutputTopic.values());
        try (var consumer = MillraceConsumer.at(settings, List.of())) {
            assertThat(consumer.poll(TIMEOUT)).isNotEmpty();
        }
    }

    /** Runs the commands that read more than the control topic. */
    void operate() throws IOException {
        String config = file(Role.OPERATE);
        run("status", "--config", config);
        run("cache", "list", "--config", config);
        run("pause", "--tenant", "globex", "--config", config);
        run("resume", "--tenant", "globex", "--config", config);
        for (String model : List.of("m1", "m2")) {
            Path policies =
                    Files.writeString(
                            folder.resolve("policies.yaml"),
                            "policies: { default: { rules: [ { use: [%s] } ] } }".formatted(model));
            run("policy", "apply", policies.toString(), "--config", config);
        }
        run("policy", "rollback", "default", "--config", config);
    }

    /**
     * Serves state and changes as a gateway does, and metrics as a sink does, while a job waits.
     */
    void serveUsage() throws IOException, InterruptedException {
        MillraceConfig config = services.config(Role.GATEWAY.word());
        String database = "jdbc:sqlite:" + DataDirectory.database(folder.resolve("sink"));
        try (UsageServer usage =
                        UsageServer.start(
                                BindAddress.configured(
                                        new ListenAddress("127.0.0.1", 0), "any port"),
                                config,
                                PipelineUsage.of(
                                        config,
                                        database,
                                        InstantSource.system(),
                                        System::nanoTime,
                                        RandomGenerator.getDefault(),
                                        () -> true),
                                HeapShare.AMPLE,
                                InstantSource.system(),
                                System::nanoTime);
                BacklogMetrics _ =
                        BacklogMetrics.start(
                                services.config(Role.SINK.word()),
                                InstantSource.system(),
                                System::nanoTime,
                                new SimpleMeterRegistry());
                var http = HttpClient.newHttpClient()) {
            send(http, HttpRequest.newBuilder(URI.create(usage.url() + "/state")));
            send(http, change(usage, "pause"));
            submit("millrace.requests", "m2", 1);
            Awaitility.await().untilAsserted(() -> assertThat(unused(Role.SINK)).isEmpty());
            send(http, change(usage, "resume"));
        }
    }

    private static HttpRequest.Builder change(UsageServer usage, String what) {
        return HttpRequest.newBuilder(URI.create(usage.url() + "/models/m2/" + what))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{}"));
    }

    private static void send(HttpClient http, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        var answer = http.send(request.build(), BodyHandlers.ofString(UTF_8));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /** Adds a document, and submits jobs that get its passages until handled ones are deleted. */
    void retrieve() throws IOException {
        Path document = Files.writeString(folder.resolve("hours.md"), "# Hours\n\nOpen at nine.");
        String config = file(Role.DOCUMENTS);
        run("documents", "add", document.toString(), "--collection", "shop", "--config", config);
        run("documents", "list", "--config", config);
        publish(
                "millrace.requests",
                JOB.strip()
                        .formatted("retrieves", "m1", "When does it open?")
                        .replaceFirst(
                                "}$", ",\"millrace\":{\"retrieval\":{\"collection\":\"shop\"}}}"));
        Awaitility.await()
                .untilAsserted(
                        () -> {
                            assertThat(unused(Role.RETRIEVAL)).isEmpty();
                            assertThat(unused(Role.ROUTER))
                                    .noneMatch(it -> it.contains("millrace.retriev"));
                        });
    }

    /** Changes a setting that the next router to start sets again. */
    void changeAnInternalTopic() {
        services.cluster()
                .admin()
                .incrementalAlterConfigs(
                        Map.of(
                                new ConfigResource(
                                        ConfigResource.Type.TOPIC,
                                        "millrace.router-pace-changelog"),
                                List.of(
                                        new AlterConfigOp(
                                                new ConfigEntry("segment.bytes", "33554432"),
                                                AlterConfigOp.OpType.SET))))
                .all()
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    /** Adds a partition to the requests; the next router to start adds some to its changelogs. */
    void addPartition() {
        services.cluster()
                .admin()
                .createPartitions(Map.of("millrace.requests", NewPartitions.increaseTo(3)))
                .all()
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    /** Raises a limit, then adds partitions, which only job topics accept. */
    void changeTopics() throws IOException {
        assertThat(applyTopics("partitions: 2, max_request_bytes: 17MiB")).isEqualTo(ExitCode.OK);
        assertThat(applyTopics("partitions: 3")).isEqualTo(ExitCode.FAILURE);
    }

    private int applyTopics(String settings) throws IOException {
        String text = Files.readString(Path.of(file(Role.TOPICS)));
        Path changed = folder.resolve("changed-topics.yaml");
        Files.writeString(changed, text.replace("partitions: 2", settings));
        return Commands.execute("topics", "apply", "--config", changed.toString());
    }

    /** Returns the rights of the table that no user has used. */
    Set<String> unused() throws IOException {
        var unused = new TreeSet<String>();
        for (Role role : Role.values()) {
            unused.addAll(unused(role));
        }
        return unused;
    }

    /** Returns the rights of a role that its user has not used. */
    Set<String> unused(Role role) throws IOException {
        Set<String> unused =
                UnusedRights.of(
                        role,
                        RoleRights.of(role, services.config(role.word())),
                        services.cluster().accesses());
        unused.removeAll(NEEDED_ELSEWHERE);
        return unused;
    }

    private String file(Role role) throws IOException {
        return services.file(role.word()).toString();
    }

    private static void run(String... arguments) {
        assertThat(Commands.execute(arguments))
                .as(String.join(" ", arguments))
                .isEqualTo(ExitCode.OK);
    }
}
