package dev.millrace.standalone.economy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.testclusters.JobCluster;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kills a router and a worker in turn while they process long documents, and compares calls and
 * costs with the provider's ledger.
 */
@Tag("long")
class LongDocumentKillIT {
    private static final Logger LOG = LoggerFactory.getLogger(LongDocumentKillIT.class);
    private static final int DOCUMENTS = Integer.getInteger("millrace.documents", 2);
    private static final int TOKENS = Integer.getInteger("millrace.documents.tokens", 60_000);
    private static final int SIZE = Integer.getInteger("millrace.documents.size", 1_000);
    private static final int KILLS = Integer.getInteger("millrace.documents.kills", 4);

    private static final String MODEL = "deepseek-flash";
    private static final int ANSWER_TOKENS = 20;
    private static final int TOKENS_OF_A_SENTENCE = 20;
    private static final int MAX_REQUEST_BYTES = 32 << 20;
    private static final Price PRICE = Catalog.shipped().find(MODEL).orElseThrow().price();

    @TempDir private Path folder;

    private static JobId id(int document) {
        return JobId.of("default", "default", "document-" + document);
    }

    /** Writes about {@value #TOKENS_OF_A_SENTENCE} tokens for each sentence. */
    private static byte[] request(int document) {
        var text = new StringBuilder();
        IntStream.range(0, TOKENS / TOKENS_OF_A_SENTENCE)
                .forEach(
                        i -> {
                            text.append("Entry ").append(i).append(" of the long record ");
                            text.append("says that nothing happened on that day. ");
                            text.append(i % 10 == 9 ? "\\n\\n" : "");
                        });
        return """
        {"custom_id":"document-%d","url":"/v1/chat/completions","millrace":{"split":{"size":%d}},\
        "body":{"model":"%s","max_tokens":%d,"messages":[\
        {"role":"system","content":"Summarize what happened."},\
        {"role":"user","content":"Record %d. %s"}]}}"""
                .formatted(document, SIZE, MODEL, ANSWER_TOKENS, document, text)
                .getBytes(UTF_8);
    }

    @Test
    void killsRepeatOnlyCallsInFlightAndFinishedPartsAreNotPaidAgain() throws IOException {
        try (var cluster = new JobCluster(folder.resolve("broker"), provider(), "")) {
            var services = List.of(start(cluster, "router"), start(cluster, "worker"));
            try {
                Instant start = Instant.now();
                submit(cluster);
                killInTurn(cluster, services);
                boolean isDone = cluster.readUntil(() -> cluster.results().size() >= DOCUMENTS);
                assertThat(isDone).as(() -> ServiceProcess.logs(services)).isTrue();
                Duration took = Duration.between(start, Instant.now());
                cluster.readToEnd();
                check(cluster, took);
            } finally {
                services.forEach(ServiceProcess::kill);
            }
        }
    }

    private static SimulatorSettings provider() {
        return SimulatorSettings.parse(
                "test",
                "models: { '*': { latency: { min: 100ms, max: 500ms }, answer_tokens: %d } }"
                        .formatted(ANSWER_TOKENS));
    }

    private ServiceProcess start(JobCluster cluster, String command) throws IOException {
        String yaml =
                """
                kafka: { bootstrap.servers: "%s" }
                topics: { partitions: 4, replication_factor: 1 }
                providers: { counted: { wire: openai, base_url: %s/v1 } }
                models: { %s: { provider: counted } }
                worker: { instance: %s, models: [ %s ], max_in_flight: 8 }
                """
                        .formatted(
                                cluster.bootstrapServers(),
                                cluster.simulator().baseUri(),
                                MODEL,
                                command,
                                MODEL);
        return new ServiceProcess(command, folder.resolve(command), yaml);
    }

    private static void submit(JobCluster cluster) {
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        cluster.bootstrapServers(),
                        "max.request.size",
                        MAX_REQUEST_BYTES,
                        "buffer.memory",
                        (long) MAX_REQUEST_BYTES);
        try (var producer =
                new KafkaProducer<>(
                        settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < DOCUMENTS; i++) {
                var _ =
                        producer.send(
                                new ProducerRecord<>(cluster.topics().requests(), request(i)));
            }
        }
    }

    private static long calls(JobCluster cluster) {
        return cluster.simulator().ledger().summary().calls();
    }

    /** Kills a service after each share of the expected calls. */
    private static void killInTurn(JobCluster cluster, List<ServiceProcess> services)
            throws IOException {
        long parts = (long) DOCUMENTS * TOKENS / SIZE;
        for (int kill = 0; kill < KILLS; kill++) {
            long due = Math.max(1, parts * (kill + 1) / (KILLS + 1));
            boolean isDue =
                    cluster.readUntil(
                            () -> calls(cluster) >= due || cluster.results().size() == DOCUMENTS);
            assertThat(isDue).as(() -> ServiceProcess.logs(services)).isTrue();
            ServiceProcess victim = services.get(kill % services.size());
            victim.kill();
            victim.restart();
        }
    }

    private static void check(JobCluster cluster, Duration took) {
        assertThat(cluster.deadLetters()).isEmpty();
        List<String> ids = IntStream.range(0, DOCUMENTS).mapToObj(i -> id(i).value()).toList();
        assertThat(cluster.results())
                .extracting(ResultView::jobId)
                .containsExactlyInAnyOrderElementsOf(ids);
        assertThat(cluster.results()).extracting(ResultView::errorCode).containsOnlyNulls();
        assertThat(cluster.costs().stream().filter(CostEvent::isFinal))
                .extracting(it -> it.jobId().value())
                .containsExactlyInAnyOrderElementsOf(ids);
        assertThat(cluster.costs()).extracting(CostEvent::eventId).doesNotHaveDuplicates();
        assertThat(cluster.costs()).extracting(it -> it.jobId().value()).isSubsetOf(ids);

        CallLedger ledger = CallLedger.of(cluster.simulator().ledger(), Map.of(MODEL, PRICE));
        assertOnlyUncertainCallsAreRepeated(cluster.costs(), ledger);
        BigDecimal billed = sum(cluster.costs(), it -> it.kind() == CostKind.BILLED);
        BigDecimal uncertain = sum(cluster.costs(), it -> it.kind() == CostKind.UNCERTAIN);
        assertThat(ledger.cost()).isBetween(billed, billed.add(uncertain));
        report(cluster, took, ledger, billed, uncertain);
    }

    private static BigDecimal sum(List<CostEvent> costs, Predicate<CostEvent> isWanted) {
        return costs.stream()
                .filter(isWanted)
                .map(CostEvent::costUsd)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** A part with a known end was called once; each additional call has an uncertain event. */
    private static void assertOnlyUncertainCallsAreRepeated(
            List<CostEvent> costs, CallLedger ledger) {
        Map<String, Long> uncertain =
                costs.stream()
                        .filter(it -> it.kind() == CostKind.UNCERTAIN && it.part() != null)
                        .collect(groupingBy(it -> String.valueOf(it.part()), counting()));
        List<String> repeated = new ArrayList<>();
        ledger.calls()
                .forEach(
                        (part, calls) -> {
                            if (calls.size() - 1 > uncertain.getOrDefault(part, 0L)) {
                                repeated.add(part);
                            }
                        });
        assertThat(repeated).as("parts that were paid again").isEmpty();
        assertThat(ledger.calls()).hasSizeGreaterThan(DOCUMENTS * TOKENS / SIZE / 2);
    }

    private static void report(
            JobCluster cluster,
            Duration took,
            CallLedger ledger,
            BigDecimal billed,
            BigDecimal uncertain) {
        LOG.atWarn()
                .addKeyValue("documents", DOCUMENTS)
                .addKeyValue("tokens", TOKENS)
                .addKeyValue("size", SIZE)
                .addKeyValue("kills", KILLS)
                .addKeyValue("calledParts", ledger.jobs())
                .addKeyValue("calls", calls(cluster))
                .addKeyValue(
                        "uncertain",
                        cluster.costs().stream()
                                .filter(it -> it.kind() == CostKind.UNCERTAIN)
                                .count())
                .addKeyValue("seconds", took.toSeconds())
                .addKeyValue("inputTokens", ledger.inputTokens())
                .addKeyValue("ledgerUsd", ledger.cost())
                .addKeyValue("billedUsd", billed)
                .addKeyValue("uncertainUsd", uncertain)
                .log("A router and a worker were killed while they processed long documents");
    }
}
