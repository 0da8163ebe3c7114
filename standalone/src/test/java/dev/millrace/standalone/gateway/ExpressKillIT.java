package dev.millrace.standalone.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.standalone.economy.ServiceProcess;
import dev.millrace.standalone.pipeline.PipelinePart;
import dev.millrace.standalone.usage.ServedPipeline;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kills and suspends a gateway, a worker and the router while clients call without idempotency
 * keys, so that their calls take the express lane. Compares topics and the provider's ledger with
 * the answers that the clients received.
 */
@Tag("long")
class ExpressKillIT {
    private static final Logger LOG = LoggerFactory.getLogger(ExpressKillIT.class);
    private static final int ROUNDS = Integer.getInteger("millrace.gateway.rounds", 2);
    private static final long SEED = Long.getLong("millrace.gateway.seed", new Random().nextLong());
    private static final String TOPICS = "topics: { partitions: 4, replication_factor: 1 }\n";
    private static final String KIND = "call";
    private static final int CLIENTS = 8;

    /** Two gateways, two workers and a router. */
    private static final int PROCESSES = 5;

    /** Answers that prove that calls are answered after a kill. */
    private static final int PROGRESS = 20;

    @TempDir private Path folder;

    private final Random random = new Random(SEED);
    private final AtomicBoolean isEnding = new AtomicBoolean();
    private final AtomicInteger numbers = new AtomicInteger();

    private final List<Future<?>> clients = new ArrayList<>();

    /** The jobs of answered calls. */
    private final Queue<String> answered = new ConcurrentLinkedQueue<>();

    /** Something that happens to a process. */
    private interface Fault {
        void run() throws IOException;
    }

    @Test
    void noAcceptedCallIsLostAndNoneIsAnsweredTwice() throws Exception {
        var parts =
                EnumSet.of(
                        PipelinePart.BROKER,
                        PipelinePart.SIMULATOR,
                        PipelinePart.SINK,
                        PipelinePart.GATEWAY);
        Path home = Files.createDirectory(folder.resolve("pipeline"));
        try (var pipeline = ServedPipeline.start(home, GatewayProcess.MODELS + TOPICS, parts)) {
            var services =
                    List.of(
                            service(pipeline, "router", "r1"),
                            service(pipeline, "worker", "w1"),
                            service(pipeline, "worker", "w2"));
            var gateways = List.of(gateway(pipeline, "g1"), gateway(pipeline, "g2"));
            try (var client = new GatewayClient(gateways);
                    ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
                gateways.forEach(GatewayProcess::awaitStart);
                run(pipeline, services, gateways, client, executor);
            } catch (Exception | AssertionError e) {
                throw new AssertionError("seed " + SEED + "; " + gateways + services, e);
            } finally {
                isEnding.set(true);
                gateways.forEach(GatewayProcess::kill);
                services.forEach(ServiceProcess::kill);
            }
        }
    }

    private GatewayProcess gateway(ServedPipeline pipeline, String name) throws IOException {
        return new GatewayProcess(
                folder.resolve(name), servers(pipeline), folder.resolve("files"), pipeline, TOPICS);
    }

    private ServiceProcess service(ServedPipeline pipeline, String command, String name)
            throws IOException {
        return new ServiceProcess(
                command,
                folder.resolve(name),
                """
                kafka: { bootstrap.servers: "%s" }
                providers: { elsewhere: { wire: openai, base_url: "%s/v1" } }
                models:
                  quick: { provider: elsewhere, price: { input: 1, output: 2 } }
                  slow: { provider: elsewhere, price: { input: 1, output: 2 } }
                worker: { instance: %s }
                """
                                .formatted(servers(pipeline), pipeline.simulator().baseUri(), name)
                        + TOPICS);
    }

    private static String servers(ServedPipeline pipeline) {
        return pipeline.config().kafka().orElseThrow().bootstrapServers();
    }

    private void run(
            ServedPipeline pipeline,
            List<ServiceProcess> services,
            List<GatewayProcess> gateways,
            GatewayClient client,
            ExecutorService executor)
            throws Exception {
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(executor.submit(() -> repeat(client)));
        }
        awaitProgress();
        for (int round = 0; round < ROUNDS; round++) {
            for (Fault fault : faults(round % 2 == 1, pipeline, services, gateways)) {
                fault.run();
                awaitProgress();
            }
        }
        isEnding.set(true);
        for (Future<?> each : clients) {
            each.get();
        }
        check(pipeline, client);
    }

    /** Returns a kill or a suspension of a gateway, of the router and of a worker. */
    private List<Fault> faults(
            boolean suspends,
            ServedPipeline pipeline,
            List<ServiceProcess> services,
            List<GatewayProcess> gateways) {
        GatewayProcess gateway = gateways.get(random.nextInt(gateways.size()));
        List<ServiceProcess> others =
                List.of(services.getFirst(), services.get(1 + random.nextInt(2)));
        var faults = new ArrayList<Fault>();
        if (suspends) {
            faults.add(suspension(pipeline, gateway::suspend, gateway::resume));
            others.forEach(it -> faults.add(suspension(pipeline, it::suspend, it::resume)));
        } else {
            faults.add(
                    kill(
                            gateway::kill,
                            () -> {
                                gateway.restart();
                                gateway.awaitStart();
                            }));
            others.forEach(it -> faults.add(kill(it::kill, it::restart)));
        }
        Collections.shuffle(faults, random);
        return faults;
    }

    private Fault kill(Fault kill, Fault restart) {
        return () -> {
            kill.run();
            awaitProgress();
            restart.run();
        };
    }

    /** Returns a suspension that lasts until the group of the process has expelled it. */
    private static Fault suspension(ServedPipeline pipeline, Fault suspend, Fault resume) {
        return () -> {
            awaitMembers(pipeline, PROCESSES);
            suspend.run();
            awaitMembers(pipeline, PROCESSES - 1);
            resume.run();
        };
    }

    private static void awaitMembers(ServedPipeline pipeline, int count) {
        var topics = new Topics(pipeline.config().topics().prefix());
        GroupMembers.await(
                servers(pipeline),
                count,
                topics.gatewayGroup(),
                topics.routerGroup(),
                topics.workerGroup());
    }

    /** Waits for more answers, which need neither the router nor any single other process. */
    private void awaitProgress() {
        int wanted = answered.size() + PROGRESS + random.nextInt(PROGRESS);
        await().until(() -> answered.size() >= wanted || clients.stream().anyMatch(Future::isDone));
        assertThat(answered).hasSizeGreaterThanOrEqualTo(wanted);
    }

    private Void repeat(GatewayClient client) throws InterruptedException {
        while (!isEnding.get()) {
            String body =
                    """
                    {"model":"slow","max_tokens":50,"messages":[{"role":"user","content":"call %d"}]}
                    """
                            .formatted(numbers.incrementAndGet());
            var request = client.request("/chat/completions").POST(BodyPublishers.ofString(body));
            client.send(KIND, request.build())
                    .filter(it -> it.statusCode() != 503)
                    .ifPresent(
                            it -> {
                                assertThat(it.statusCode()).as(it.body()).isEqualTo(200);
                                answered.add(
                                        it.headers().firstValue("X-Millrace-Job").orElseThrow());
                            });
        }
        return null;
    }

    private void check(ServedPipeline pipeline, GatewayClient client) throws Exception {
        var topics = new Topics(pipeline.config().topics().prefix());
        long accepted;
        long express;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers(pipeline)))) {
            express = records(admin, topics.jobs("slow", Lane.EXPRESS));
            accepted = express + records(admin, topics.requests());
        }
        await().until(
                        () ->
                                PublishedRecords.read(servers(pipeline), topics).results().size()
                                        >= accepted);
        var records = PublishedRecords.read(servers(pipeline), topics);
        LOG.atWarn()
                .addKeyValue("seed", SEED)
                .addKeyValue("answered", answered.size())
                .addKeyValue("accepted", accepted)
                .addKeyValue("express", express)
                .addKeyValue("broken", client.broken())
                .addKeyValue("calls", pipeline.simulator().ledger().entries().size())
                .addKeyValue(
                        "uncertain",
                        records.costs().stream()
                                .filter(it -> it.kind() == CostKind.UNCERTAIN)
                                .count())
                .log("Gateways, workers and the router were killed and suspended");

        assertThat(records.results()).hasSize(Math.toIntExact(accepted));
        Set<String> jobs =
                records.results().stream().map(ResultView::jobId).collect(Collectors.toSet());
        assertThat(answered).doesNotHaveDuplicates().isSubsetOf(jobs);
        assertThat(express).isGreaterThanOrEqualTo(answered.size() / 2);
        assertThat(
                        records.costs().stream()
                                .filter(CostEvent::isFinal)
                                .map(it -> it.jobId().value()))
                .containsExactlyInAnyOrderElementsOf(jobs);
        var outcome =
                new GatewayOutcome(
                        records, pipeline.simulator().ledger().entries(), List.of(), jobs);
        outcome.assertEachJobEndsOnce();
        outcome.assertEachJobIsCalledOnce();
    }

    /** Returns the number of records of a topic that is written without transactions. */
    private static long records(Admin admin, String topic) throws Exception {
        Map<TopicPartition, OffsetSpec> ends =
                admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
                        .flatMap(it -> it.partitions().stream())
                        .map(it -> new TopicPartition(topic, it.partition()))
                        .collect(Collectors.toMap(Function.identity(), _ -> OffsetSpec.latest()));
        return admin.listOffsets(ends).all().get().values().stream()
                .mapToLong(it -> it.offset())
                .sum();
    }
}
