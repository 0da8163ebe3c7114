package dev.millrace.router.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.testclusters.RequestCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouterIT {
    private static final String JOBS =
            RequestCluster.TOPICS.jobs(RequestCluster.MODEL, Lane.NORMAL);
    private static final int LARGE = 15_000_000;
    private static final int TOO_LARGE = 17_000_000;

    @TempDir Path directory;
    private RequestCluster cluster;

    @BeforeEach
    void open() {
        cluster = new RequestCluster(directory);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Nested
    class WhenLinesOfEveryKindAreSubmitted {
        @Test
        void lineOf15MegabytesArrivesUnchanged() throws IOException {
            byte[] line =
                    RequestCluster.line("large", RequestCluster.MODEL, "x".repeat(LARGE))
                            .strip()
                            .getBytes(UTF_8);

            try (var _ = Routers.start(cluster, cluster.state())) {
                cluster.submit(line);

                assertThat(values(cluster.awaitOutput(1), JOBS)).containsExactly(line);
            }
        }

        @Test
        void everyLineHasExactlyOneOutcome() throws IOException {
            String first = RequestCluster.line("a", RequestCluster.MODEL, "hello");
            String file =
                    first
                            + first
                            + RequestCluster.line("a", RequestCluster.MODEL, "other")
                            + "{\"custom_id\":\"cut"
                            + "\n\n[]\r\n"
                            + RequestCluster.line("b", "no-such-model", "hello")
                            + "{\"custom_id\":\"c\"}\n"
                            + RequestCluster.line(
                                    "too-large", RequestCluster.MODEL, "x".repeat(TOO_LARGE))
                            + RequestCluster.line("z", RequestCluster.MODEL, "after it");

            try (var _ = Routers.start(cluster, cluster.state())) {
                cluster.submit(file);
                var output = cluster.awaitOutput(9);

                assertThat(values(output, JOBS)).hasSize(2);
                assertThat(errors(output))
                        .containsExactlyInAnyOrder(
                                "b unknown_model",
                                "c malformed_request",
                                "too-large validation_error");
                assertThat(reasons(output))
                        .containsExactlyInAnyOrder(
                                "duplicate",
                                "duplicate_custom_id",
                                "malformed_request",
                                "malformed_request");
                cluster.awaitCosts(3);
                assertThat(cluster.awaitNoMoreOutput())
                        .filteredOn(it -> it.topic().equals(RequestCluster.TOPICS.costs()))
                        .hasSize(3)
                        .allMatch(it -> CostEventCodec.read(it.value()).isFinal());
            }
        }
    }

    @Nested
    class WhenRequestsOfAJobAreInSeveralPartitions {
        private static final int JOB_COUNT = 20;

        @Test
        void jobIsRoutedOnce() {
            try (var _ = Routers.start(cluster, cluster.state())) {
                publishToBothPartitions(JOB_COUNT);
                assertOneJobEach(cluster.awaitOutput(2 * JOB_COUNT));
                cluster.awaitNoMoreOutput();
            }
        }

        @Test
        void jobIsRoutedOnceByTwoRouters() throws IOException, InterruptedException {
            Process one =
                    RouterProcess.startOneOfSeveral(cluster.bootstrap(), directory.resolve("one"));
            Process two =
                    RouterProcess.startOneOfSeveral(cluster.bootstrap(), directory.resolve("two"));
            try {
                cluster.awaitRouters(2);
                publishToBothPartitions(JOB_COUNT);

                assertOneJobEach(cluster.awaitOutput(2 * JOB_COUNT));
            } finally {
                one.destroyForcibly().waitFor();
                two.destroyForcibly().waitFor();
            }
        }

        private static void assertOneJobEach(List<ConsumerRecord<byte[], byte[]>> output) {
            assertThat(values(output, JOBS)).hasSize(JOB_COUNT);
            assertThat(reasons(output)).hasSize(JOB_COUNT).containsOnly("duplicate");
        }
    }

    /** Publishes each request once to each partition, without a key. */
    private void publishToBothPartitions(int jobs) {
        var bytes = new ByteArraySerializer();
        try (var producer =
                new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", cluster.bootstrap()),
                        bytes,
                        bytes)) {
            for (int i = 0; i < jobs; i++) {
                String line = RequestCluster.line("job-" + i, RequestCluster.MODEL, "hello");
                for (int partition : new int[] {0, 1}) {
                    var _ =
                            producer.send(
                                    new ProducerRecord<>(
                                            RequestCluster.TOPICS.requests(),
                                            partition,
                                            null,
                                            line.strip().getBytes(UTF_8)));
                }
            }
        }
    }

    @Nested
    class WhenRequestsHaveBeenRouted {
        @Test
        void routedRequestsAreDeleted() throws IOException {
            try (var _ = Routers.start(cluster, cluster.state())) {
                cluster.submit(RequestCluster.line("a", RequestCluster.MODEL, "hello"));
                cluster.awaitOutput(1);

                assertThat(cluster.awaitEmptyRequests()).isOne();
            }
        }
    }

    @Nested
    class WhenAJobTopicRejectsRecords {
        @Test
        void jobsOfOtherModelsAreRouted() throws Exception {
            cluster.setMaxRecordBytes(JOBS, 2_000);
            try (var _ = Routers.start(cluster, cluster.state())) {
                cluster.setMaxRecordBytes(
                        RequestCluster.TOPICS.jobs(RequestCluster.OTHER_MODEL, Lane.NORMAL), 2_000);
                cluster.submit(
                        RequestCluster.line("large", RequestCluster.OTHER_MODEL, random(10_000))
                                + RequestCluster.line("small", RequestCluster.OTHER_MODEL, "hello")
                                + RequestCluster.line(
                                        "large too", RequestCluster.MODEL, random(10_000))
                                + RequestCluster.line("other", RequestCluster.MODEL, "hello"));

                var output = cluster.awaitOutput(4);

                assertThat(errors(output))
                        .containsExactlyInAnyOrder(
                                "large validation_error", "large too validation_error");
                assertThat(values(output, JOBS)).hasSize(1);
            }
        }

        @Tag("long")
        @Test
        void jobsOfAModelWithDeletedTopicsWaitForThemEvenIfTheRouterRestarts() throws Exception {
            String other = RequestCluster.TOPICS.jobs(RequestCluster.OTHER_MODEL, Lane.NORMAL);
            try (var _ = Routers.start(cluster, cluster.state())) {
                cluster.delete(other);
                cluster.submit(
                        RequestCluster.line("waits", RequestCluster.OTHER_MODEL, "hello")
                                + RequestCluster.line("other", RequestCluster.MODEL, "hello"));
                awaitJob(JOBS);
            }
            try (var _ = Routers.start(cluster, cluster.state())) {
                cluster.createMissingTopics();

                awaitJob(other);

                assertThat(errors(cluster.awaitOutput(2))).isEmpty();
            }
        }

        private void awaitJob(String topic) {
            Awaitility.await()
                    .dontCatchUncaughtExceptions()
                    .until(() -> values(cluster.poll(), topic).size() == 1);
        }

        /** Returns incompressible text. */
        private static String random(int chars) {
            var random = new Random(7);
            return random.ints(chars, 'a', 'z')
                    .collect(
                            StringBuilder::new,
                            StringBuilder::appendCodePoint,
                            StringBuilder::append)
                    .toString();
        }
    }

    @Nested
    class WhenARouterRestarts {
        @Test
        void repeatsOfEarlierJobsAreDetected() throws IOException {
            try (var _ = Routers.start(cluster, cluster.state())) {
                cluster.submit(RequestCluster.line("a", RequestCluster.MODEL, "hello"));
                cluster.awaitOutput(1);
            }

            try (var _ = Routers.start(cluster, cluster.state())) {
                cluster.submit(RequestCluster.line("a", RequestCluster.MODEL, "hello"));

                assertThat(reasons(cluster.awaitOutput(2))).containsExactly("duplicate");
            }
        }

        @Test
        void repeatsAreDetectedWithoutLocalState() throws IOException {
            try (var _ = Routers.start(cluster, directory.resolve("one"))) {
                cluster.submit(RequestCluster.line("a", RequestCluster.MODEL, "hello"));
                cluster.awaitOutput(1);
            }

            try (var _ = Routers.start(cluster, directory.resolve("two"))) {
                cluster.submit(RequestCluster.line("a", RequestCluster.MODEL, "hello"));

                assertThat(reasons(cluster.awaitOutput(2))).containsExactly("duplicate");
            }
        }
    }

    @Nested
    class WhenARouterIsKilled {
        private static final int JOB_COUNT = 20_000;
        private static final int KILLS = 3;

        @Tag("long")
        @Test
        void committedReaderSeesEachJobOnce() throws IOException, InterruptedException {
            cluster.submit(
                    IntStream.range(0, JOB_COUNT)
                            .mapToObj(
                                    i ->
                                            RequestCluster.line(
                                                    "job-" + i, RequestCluster.MODEL, "hello"))
                            .collect(Collectors.joining()));

            killRouters();

            try (var _ = Routers.start(cluster, cluster.state())) {
                cluster.awaitOutput(JOB_COUNT);
                var output = cluster.awaitNoMoreOutput();
                assertThat(output).hasSize(JOB_COUNT);
                assertThat(output.stream().map(it -> new String(it.key(), UTF_8)).distinct())
                        .hasSize(JOB_COUNT);
            }
        }

        @Tag("long")
        @Test
        void jobOfSeveralPartitionsIsRoutedOnce() throws IOException, InterruptedException {
            publishToBothPartitions(JOB_COUNT);

            killRouters();

            try (var _ = Routers.start(cluster, cluster.state())) {
                cluster.awaitOutput(2 * JOB_COUNT);
                var output = cluster.awaitNoMoreOutput();
                assertThat(output)
                        .filteredOn(it -> RequestCluster.TOPICS.isJobTopic(it.topic()))
                        .extracting(it -> new String(it.value(), UTF_8))
                        .hasSize(JOB_COUNT)
                        .doesNotHaveDuplicates();
                assertThat(reasons(output)).hasSize(JOB_COUNT).containsOnly("duplicate");
            }
        }

        private void killRouters() throws IOException, InterruptedException {
            for (int kill = 1; kill <= KILLS; kill++) {
                Process router = RouterProcess.start(cluster.bootstrap(), cluster.state());
                try {
                    cluster.awaitOutput(kill * JOB_COUNT / (KILLS + 1));
                } finally {
                    router.destroyForcibly().waitFor();
                }
            }
        }
    }

    @Nested
    class WhenARouterIsClosed {
        @Test
        void anotherRouterTakesOverAtOnce() throws IOException {
            Routers.start(cluster, directory.resolve("one")).close();
            cluster.submit(RequestCluster.line("a", RequestCluster.MODEL, "hello"));

            try (var next = Routers.start(cluster, directory.resolve("two"))) {
                assertThat(values(cluster.awaitOutput(1), JOBS)).hasSize(1);
                assertThat(next.health().ready()).isTrue();
            }
        }
    }

    private static List<byte[]> values(List<ConsumerRecord<byte[], byte[]>> output, String topic) {
        return output.stream()
                .filter(it -> it.topic().equals(topic))
                .map(ConsumerRecord::value)
                .toList();
    }

    private static List<String> errors(List<ConsumerRecord<byte[], byte[]>> output) {
        return values(output, RequestCluster.TOPICS.results()).stream()
                .map(ResultView::read)
                .map(result -> result.customId() + " " + result.errorCode())
                .toList();
    }

    private static List<String> reasons(List<ConsumerRecord<byte[], byte[]>> output) {
        return output.stream()
                .filter(it -> it.topic().equals(RequestCluster.TOPICS.deadLetters()))
                .map(it -> DeadLetter.read(it.headers()).reason())
                .toList();
    }
}
