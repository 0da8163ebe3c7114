package dev.millrace.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.RetrievalConfig;
import dev.millrace.configuration.TopicsConfig;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.topic.KeyPartitions;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.retrieval.RetrievalService;
import dev.millrace.retrieval.RetrievalSettings;
import dev.millrace.retrieval.document.DocumentKey;
import dev.millrace.retrieval.document.DocumentKey.CollectionId;
import dev.millrace.retrieval.document.StoredDocument;
import dev.millrace.retrieval.embedding.LocalEmbedder;
import dev.millrace.retrieval.embedding.ParallelEmbedder;
import dev.millrace.retrieval.index.PassageHit;
import dev.millrace.retrieval.index.PassageQuery;
import dev.millrace.retrieval.index.SearchMode;
import dev.millrace.retrieval.library.LibraryFolder;
import dev.millrace.simulator.settings.Latency;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.document.DocumentSearch;
import dev.millrace.standalone.document.DocumentTopic;
import dev.millrace.testclusters.JobCluster;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests jobs that get passages of documents, from the commands' topic to the results. */
class RetrievalIT {
    private static final CollectionId SHOP = new CollectionId("default", "shop");
    private static final CollectionId OTHERS = new CollectionId("globex", "shop");

    private static final KeyPartitions PARTITIONS = TopicsConfig.EMBEDDED.documentPartitions();

    @TempDir private Path folder;

    private JobCluster cluster() {
        return new JobCluster(
                folder.resolve("broker"),
                JobCluster.simulated(new Latency.Constant(Duration.ZERO)),
                "");
    }

    private RetrievalService retrieval(JobCluster cluster, String instance) {
        return RetrievalService.start(
                new RetrievalSettings(
                        cluster.config("unused"),
                        folder.resolve("index"),
                        instance,
                        Duration.ZERO,
                        1,
                        new SimpleMeterRegistry(),
                        InstantSource.system(),
                        System::nanoTime));
    }

    private static DocumentTopic documents(JobCluster cluster) {
        return new DocumentTopic(client(cluster), TopicsConfig.EMBEDDED);
    }

    private static void add(JobCluster cluster, CollectionId collection, String id, String text) {
        try (var writer = documents(cluster).writer(PARTITIONS)) {
            assertThat(
                            writer.put(
                                    new DocumentKey(collection, id),
                                    new StoredDocument(id, null, Map.of(), text)))
                    .isEmpty();
        }
    }

    private static void ask(
            JobCluster cluster, String question, String collection, int... numbers) {
        askWith(cluster, question, "{\"collection\":\"" + collection + "\",\"top_k\":1}", numbers);
    }

    private static void askWith(
            JobCluster cluster, String question, String retrieval, int... numbers) {
        cluster.submit(
                IntStream.of(numbers)
                        .mapToObj(
                                number ->
                                        new ProducerRecord<byte[], byte[]>(
                                                cluster.topics().requests(),
                                                ("key-" + number).getBytes(UTF_8),
                                                """
                                                {"custom_id":"q-%d","url":"/v1/chat/completions","body":{"model":"deepseek-flash","messages":[{"role":"user","content":"%s"}]},"millrace":{"retrieval":%s}}"""
                                                        .formatted(number, question, retrieval)
                                                        .getBytes(UTF_8)))
                        .toList());
    }

    private static List<String> awaitResults(JobCluster cluster, int count) {
        assertThat(cluster.readUntil(() -> cluster.results().size() >= count)).isTrue();
        cluster.readToEnd();
        assertThat(cluster.results()).hasSize(count);
        assertThat(cluster.deadLetters()).isEmpty();
        return lines(cluster);
    }

    /** Returns the results as they were written. */
    private static List<String> lines(JobCluster cluster) {
        var lines = new ArrayList<String>();
        try (var consumer = client(cluster).consumer("earliest")) {
            var partitions =
                    consumer.partitionsFor(cluster.topics().results()).stream()
                            .map(it -> new TopicPartition(it.topic(), it.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream()
                    .anyMatch(it -> consumer.position(it.getKey()) < it.getValue())) {
                consumer.poll(Duration.ofMillis(100))
                        .forEach(it -> lines.add(new String(it.value(), UTF_8)));
            }
        }
        return lines;
    }

    private static PipelineClient client(JobCluster cluster) {
        return new PipelineClient(
                KafkaConfig.of(cluster.bootstrapServers()), cluster.topics().prefix());
    }

    @Test
    void jobsGetThePassagesOfTheirTenantAndAreCalledOnce() throws Exception {
        try (var cluster = cluster();
                var _ = PipelineServices.router(cluster, folder.resolve("r"));
                var _ = PipelineServices.worker(cluster)) {
            add(cluster, SHOP, "returns.md", "Goods can be sent back within 30 days.");
            add(cluster, SHOP, "delivery.md", "Delivery takes three days within the country.");
            add(cluster, OTHERS, "secret.md", "Goods can be sent back within 99 days.");
            ask(cluster, "How long can goods be sent back?", "shop", 1, 2, 3);
            ask(cluster, "How long can goods be sent back?", "unknown", 4);

            try (var _ = retrieval(cluster, "a")) {
                List<String> results = awaitResults(cluster, 4);
                assertThat(results)
                        .filteredOn(it -> it.contains("\"document\":\"returns.md\""))
                        .hasSize(3)
                        .allMatch(it -> it.contains("\"error\":null"));
                assertThat(results)
                        .filteredOn(it -> it.contains("\"code\":\"validation_error\""))
                        .singleElement()
                        .asString()
                        .contains("has no documents in collection");
                assertThat(results).noneMatch(it -> it.contains("secret.md"));
                assertThat(cluster.simulator().ledger().summary().calls()).isEqualTo(3);
                await().untilAsserted(() -> assertThat(waiting(cluster)).isZero());
            }
        }
    }

    @Test
    void aJobThatFindsNothingDoesWhatItWants() throws Exception {
        String nothing = "{\"collection\":\"shop\",\"filter\":{\"lang\":\"fr\"}%s}";
        try (var cluster = cluster();
                var _ = PipelineServices.router(cluster, folder.resolve("r"));
                var _ = PipelineServices.worker(cluster);
                var _ = retrieval(cluster, "a")) {
            add(cluster, SHOP, "returns.md", "Goods can be sent back within 30 days.");
            askWith(cluster, "How long?", nothing.formatted(""), 1);
            askWith(cluster, "How long?", nothing.formatted(",\"on_empty\":\"fail\""), 2);
            askWith(cluster, "How long?", nothing.formatted(",\"on_empty\":\"call\""), 3);

            List<String> results = awaitResults(cluster, 3);
            assertThat(result(results, 1))
                    .contains("\"status_code\":200", "No passage of the documents was found")
                    .contains("\"attempts\":0", "\"cost_usd\":0,", "\"on_empty\":\"answer\"");
            assertThat(result(results, 2))
                    .contains("\"response\":null", "was found with the filter lang=fr");
            assertThat(result(results, 3)).contains("\"attempts\":1", "\"on_empty\":\"call\"");
            assertThat(cluster.simulator().ledger().summary().calls()).isEqualTo(1);
        }
    }

    private static String result(List<String> results, int number) {
        return results.stream()
                .filter(it -> it.contains("\"custom_id\":\"q-" + number + "\""))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aLostIndexIsMadeAgainAndFindsLaterChanges() throws Exception {
        try (var cluster = cluster();
                var _ = PipelineServices.router(cluster, folder.resolve("r"));
                var _ = PipelineServices.worker(cluster)) {
            add(cluster, SHOP, "a.md", "The museum opens at nine.");
            add(cluster, SHOP, "b.md", "The library opens at ten.");
            try (var _ = retrieval(cluster, "a")) {
                ask(cluster, "When does the museum open?", "shop", 1);
                awaitResults(cluster, 1);
            }
            delete(folder.resolve("index"));
            try (var writer = documents(cluster).writer(PARTITIONS)) {
                writer.delete(new DocumentKey(SHOP, "a.md"));
            }
            try (var _ = retrieval(cluster, "b")) {
                ask(cluster, "When does the museum open?", "shop", 2);
                assertThat(awaitResults(cluster, 2))
                        .filteredOn(it -> it.contains("\"custom_id\":\"q-2\""))
                        .singleElement()
                        .asString()
                        .contains("\"document\":\"b.md\"");
            }
        }
    }

    @Test
    void twoServicesShareTheJobs() throws Exception {
        try (var cluster = cluster();
                var _ = PipelineServices.router(cluster, folder.resolve("r"));
                var _ = PipelineServices.worker(cluster);
                var first = retrieval(cluster, "a");
                var second = retrieval(cluster, "b")) {
            add(cluster, SHOP, "a.md", "The museum opens at nine.");
            int jobs = 40;
            ask(cluster, "When does it open?", "shop", IntStream.range(0, jobs).toArray());
            List<String> results = awaitResults(cluster, jobs);

            assertThat(results).allMatch(it -> it.contains("\"document\":\"a.md\""));
            assertThat(first.health().ready()).isTrue();
            assertThat(second.health().ready()).isTrue();
            await().until(() -> Files.isDirectory(folder.resolve("index-2")));
        }
    }

    /** The new topic has all offsets of the old one, so that its consumer notices nothing. */
    @Test
    void aTopicThatIsCreatedAgainIsIndexedAnew() throws Exception {
        try (var cluster = cluster();
                var _ = PipelineServices.router(cluster, folder.resolve("r"));
                var _ = PipelineServices.worker(cluster);
                var _ = retrieval(cluster, "a")) {
            add(cluster, SHOP, "old.md", "The museum opens at nine.");
            ask(cluster, "When does the museum open?", "shop", 1);
            assertThat(awaitResults(cluster, 1))
                    .singleElement()
                    .asString()
                    .contains("\"document\":\"old.md\"");

            RecreatedTopic.recreate(cluster, cluster.topics().documents());
            for (int i = 0; i < 20; i++) {
                add(cluster, SHOP, "new-" + i + ".md", "The library opens at ten.");
            }

            var asked = new AtomicInteger(1);
            await().until(
                            () -> {
                                int number = asked.incrementAndGet();
                                ask(cluster, "When does the museum open?", "shop", number);
                                return awaitResults(cluster, number).stream()
                                        .anyMatch(it -> it.contains("\"document\":\"new-"));
                            });
        }
    }

    @Test
    void aSearchLeavesTheFolderToTheService() throws Exception {
        try (var cluster = cluster()) {
            add(cluster, SHOP, "a.md", "The museum opens at nine.");

            assertThat(search(cluster)).containsExactly("a.md");
            assertThat(folder.resolve("index")).doesNotExist();
            assertThat(folder.resolve("index-search")).isDirectory();

            delete(folder.resolve("index-search"));
            try (var _ = retrieval(cluster, "a")) {
                await().until(() -> LibraryFolder.isInUse(folder.resolve("index")));
                assertThat(search(cluster)).containsExactly("a.md");
                add(cluster, SHOP, "b.md", "The museum closes at five.");
                assertThat(search(cluster)).containsExactlyInAnyOrder("a.md", "b.md");
            }
            assertThat(search(cluster)).containsExactlyInAnyOrder("a.md", "b.md");
            assertThat(folder.resolve("index-search")).doesNotExist();
            assertThat(folder.resolve("index-2")).doesNotExist();
        }
    }

    private List<String> search(JobCluster cluster) throws IOException {
        try (var model = new LocalEmbedder();
                var embedder = new ParallelEmbedder(model, 1)) {
            var search =
                    new DocumentSearch(
                            documents(cluster),
                            folder.resolve("index"),
                            RetrievalConfig.DEFAULT.chunk(),
                            embedder,
                            Optional.empty(),
                            InstantSource.system(),
                            System::nanoTime,
                            _ -> {});
            return search
                    .search(SHOP, new PassageQuery("museum", 5, Map.of(), SearchMode.BOTH))
                    .stream()
                    .map(PassageHit::document)
                    .toList();
        }
    }

    /** Returns the number of records left in the topics of waiting jobs. */
    private static long waiting(JobCluster cluster) {
        Topics topics = cluster.topics();
        long waiting = 0;
        try (var consumer = client(cluster).consumer("earliest")) {
            for (String topic : List.of(topics.retrievals(), topics.retrieved())) {
                var partitions =
                        consumer.partitionsFor(topic).stream()
                                .map(it -> new TopicPartition(topic, it.partition()))
                                .toList();
                var ends = consumer.endOffsets(partitions);
                for (var start : consumer.beginningOffsets(partitions).entrySet()) {
                    long left = ends.getOrDefault(start.getKey(), 0L) - start.getValue();
                    // The commit marker of the last transaction can be left.
                    waiting += left > 1 ? left : 0;
                }
            }
        }
        return waiting;
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path it : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(it);
            }
        }
    }
}
