package dev.millrace.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.RetrievalConfig;
import dev.millrace.configuration.TopicsConfig;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.topic.KeyPartitions;
import dev.millrace.retrieval.CatalogEmbeddings;
import dev.millrace.retrieval.RetrievalService;
import dev.millrace.retrieval.RetrievalSettings;
import dev.millrace.retrieval.document.DocumentKey;
import dev.millrace.retrieval.document.DocumentKey.CollectionId;
import dev.millrace.retrieval.document.StoredDocument;
import dev.millrace.retrieval.index.PassageQuery;
import dev.millrace.retrieval.index.SearchMode;
import dev.millrace.simulator.settings.Latency;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.document.DocumentSearch;
import dev.millrace.standalone.document.DocumentTopic;
import dev.millrace.testclusters.JobCluster;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests documents whose embeddings are computed by a catalog model and paid for by the jobs. */
@Tag("long")
class CatalogRetrievalIT {
    private static final CollectionId SHOP = new CollectionId("default", "shop");
    private static final String MODEL = "text-embedding-3-small";
    private static final int SHORT_DOCUMENTS = 12;

    /** The long document has 13 to 20 passages, so two jobs. */
    private static final int DOCUMENT_CALLS = SHORT_DOCUMENTS + 2;

    private static final KeyPartitions PARTITIONS = TopicsConfig.EMBEDDED.documentPartitions();

    @TempDir private Path folder;

    private JobCluster cluster() {
        return new JobCluster(
                folder.resolve("broker"),
                JobCluster.simulated(new Latency.Constant(Duration.ofMillis(200))),
                // Ends the section of the worker, and begins another one.
                "max_attempts: 6 }\nretrieval: { embeddings: " + MODEL);
    }

    private RetrievalService retrieval(JobCluster cluster, String instance) {
        return RetrievalService.start(
                new RetrievalSettings(
                        cluster.config("unused"),
                        folder.resolve("index-of-" + instance),
                        instance,
                        Duration.ZERO,
                        1,
                        new SimpleMeterRegistry(),
                        InstantSource.system(),
                        System::nanoTime));
    }

    private static DocumentTopic documents(JobCluster cluster) {
        return new DocumentTopic(
                new PipelineClient(
                        KafkaConfig.of(cluster.bootstrapServers()), cluster.topics().prefix()),
                TopicsConfig.EMBEDDED);
    }

    private static void add(JobCluster cluster, String id, String text) {
        try (var writer = documents(cluster).writer(PARTITIONS)) {
            assertThat(
                            writer.put(
                                    new DocumentKey(SHOP, id),
                                    new StoredDocument(id, null, Map.of(), text)))
                    .isEmpty();
        }
    }

    private static void ask(JobCluster cluster, int number, String question) {
        cluster.submit(
                new ProducerRecord<>(
                        cluster.topics().requests(),
                        ("key-" + number).getBytes(UTF_8),
                        """
                        {"custom_id":"q-%d","url":"/v1/chat/completions","body":{"model":"deepseek-flash","messages":[{"role":"user","content":"%s"}]},"millrace":{"cache":"exact","retrieval":{"collection":"shop","top_k":3}}}"""
                                .formatted(number, question)
                                .getBytes(UTF_8)));
    }

    private static long calls(JobCluster cluster) {
        return cluster.simulator().ledger().summary().model(MODEL).calls();
    }

    private static boolean hasAnswer(JobCluster cluster, int number) {
        return cluster.results().stream()
                .anyMatch(
                        it ->
                                it.customId().equals("q-" + number)
                                        && it.errorCode() == null
                                        && "deepseek-flash".equals(it.model()));
    }

    @Test
    void noEmbeddingIsPaidTwiceByAKillASecondProcessOrALostIndex() throws Exception {
        try (var cluster = cluster();
                var _ = PipelineServices.router(cluster, folder.resolve("r"));
                var _ = PipelineServices.worker(cluster)) {
            for (int i = 0; i < SHORT_DOCUMENTS; i++) {
                add(cluster, "d" + i, "The museum number" + i + " opens at nine.");
            }
            add(
                    cluster,
                    "long",
                    IntStream.range(0, 5_000)
                            .mapToObj(it -> "tree")
                            .collect(Collectors.joining(" ")));
            try (var _ = retrieval(cluster, "a")) {
                await().until(() -> calls(cluster) > 0);
            }
            try (var _ = retrieval(cluster, "b");
                    var _ = retrieval(cluster, "c")) {
                ask(cluster, 1, "When does museum number7 open?");
                assertThat(cluster.readUntil(() -> hasAnswer(cluster, 1))).isTrue();
            }
            assertThat(calls(cluster)).isEqualTo(DOCUMENT_CALLS + 1);

            try (var _ = retrieval(cluster, "d")) {
                ask(cluster, 2, "When does museum number7 open?");
                assertThat(cluster.readUntil(() -> hasAnswer(cluster, 2))).isTrue();
                assertThat(search(cluster).getFirst()).isEqualTo("d3");
            }
            add(cluster, "late", "The library number99 opens at ten.");
            try (var _ = retrieval(cluster, "b")) {
                // A reopened index continues with the next document.
                ask(cluster, 3, "When does library number99 open?");
                assertThat(cluster.readUntil(() -> hasAnswer(cluster, 3))).isTrue();
            }
            cluster.readToEnd();
            assertThat(cluster.deadLetters()).isEmpty();
            // The second question is in the cache, but the command has a separate cache.
            assertThat(calls(cluster)).isEqualTo(DOCUMENT_CALLS + 1 + 3);
            assertThat(cluster.simulator().ledger().summary().model("deepseek-flash").calls())
                    .isEqualTo(2);
        }
    }

    /** The new topic has all offsets of the old one, so that no consumer notices. */
    @Test
    void documentsOfARecreatedTopicAreEmbeddedWithoutARestart() throws Exception {
        try (var cluster = cluster();
                var _ = PipelineServices.router(cluster, folder.resolve("r"));
                var _ = PipelineServices.worker(cluster);
                var _ = retrieval(cluster, "a")) {
            add(cluster, "old", "The museum number0 opens at nine.");
            ask(cluster, 1, "When does museum number0 open?");
            assertThat(cluster.readUntil(() -> hasAnswer(cluster, 1))).isTrue();

            RecreatedTopic.recreate(cluster, cluster.topics().documents());
            for (int i = 0; i < SHORT_DOCUMENTS; i++) {
                add(cluster, "d" + i, "The museum number" + i + " opens at nine.");
            }

            // The command has a separate space, and finds only vectors of the new topic.
            assertThat(search(cluster).getFirst()).isEqualTo("d3");
            ask(cluster, 2, "When does museum number7 open?");
            assertThat(cluster.readUntil(() -> hasAnswer(cluster, 2))).isTrue();
        }
    }

    @Test
    void vectorsOfTheIndexAreNotPaidAgainIfTheirTopicIsRecreated() throws Exception {
        try (var cluster = cluster();
                var _ = PipelineServices.router(cluster, folder.resolve("r"));
                var _ = PipelineServices.worker(cluster)) {
            for (int i = 0; i < SHORT_DOCUMENTS; i++) {
                add(cluster, "d" + i, "The museum number" + i + " opens at nine.");
            }
            try (var _ = retrieval(cluster, "a")) {
                ask(cluster, 1, "When does museum number7 open?");
                assertThat(cluster.readUntil(() -> hasAnswer(cluster, 1))).isTrue();
            }
            assertThat(calls(cluster)).isEqualTo(SHORT_DOCUMENTS + 1);

            RecreatedTopic.recreate(cluster, cluster.topics().vectors());
            add(cluster, "late", "The library number99 opens at ten.");
            for (String instance : List.of("a", "b")) {
                // The index of "b" is new, so it has only the vectors of the new topic.
                try (var _ = retrieval(cluster, instance)) {
                    int number = instance.equals("a") ? 2 : 3;
                    ask(cluster, number, "When does library number%s open?".formatted(number));
                    assertThat(cluster.readUntil(() -> hasAnswer(cluster, number))).isTrue();
                }
            }
            // The late document and two questions.
            assertThat(calls(cluster)).isEqualTo(SHORT_DOCUMENTS + 1 + 3);
        }
    }

    /** Returns the documents that the command finds, best first. */
    private List<String> search(JobCluster cluster) throws IOException {
        DocumentTopic topic = documents(cluster);
        CatalogEmbeddings embeddings =
                topic.embeddings(cluster.config("unused"), InstantSource.system(), System::nanoTime)
                        .orElseThrow();
        assertThat(embeddings.failures()).isEmpty();
        var search =
                new DocumentSearch(
                        topic,
                        folder.resolve("index-of-command"),
                        RetrievalConfig.DEFAULT.chunk(),
                        embeddings.embedder(),
                        Optional.of(embeddings),
                        InstantSource.system(),
                        System::nanoTime,
                        _ -> {});
        return search
                .search(SHOP, new PassageQuery("number3", 3, Map.of(), SearchMode.BOTH))
                .stream()
                .map(it -> it.document())
                .toList();
    }
}
