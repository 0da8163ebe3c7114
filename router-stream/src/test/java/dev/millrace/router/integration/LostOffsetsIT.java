package dev.millrace.router.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.TenantConfig;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.trace.Traces;
import dev.millrace.router.Router;
import dev.millrace.router.RouterSettings;
import dev.millrace.testclusters.RequestCluster;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that a router routes no request again after its committed offsets were lost. */
class LostOffsetsIT {
    private static final String JOBS =
            RequestCluster.TOPICS.jobs(RequestCluster.MODEL, Lane.NORMAL);
    private static final String GROUP = RequestCluster.TOPICS.routerGroup();
    private static final TopicPartition REQUESTS =
            new TopicPartition(RequestCluster.TOPICS.requests(), 0);

    /** Custom ids of jobs whose requests are in the same partition. */
    private static final List<String> IDS =
            IntStream.range(0, 100)
                    .mapToObj(it -> "job-" + it)
                    .filter(
                            it ->
                                    JobId.of(TenantConfig.DEFAULT_NAME, "batch", it).partition(2)
                                            == REQUESTS.partition())
                    .limit(3)
                    .toList();

    @TempDir private Path directory;
    private RequestCluster cluster;
    private Admin admin;

    @BeforeEach
    void open() throws Exception {
        cluster = new RequestCluster(directory);
        admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()));
        keepRoutedRequests();
    }

    /** Routers delete routed requests after some seconds, but not from a compacted topic. */
    private void keepRoutedRequests() throws Exception {
        var topic = new ConfigResource(ConfigResource.Type.TOPIC, REQUESTS.topic());
        var compact =
                new AlterConfigOp(
                        new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(topic, List.of(compact))).all().get();
    }

    @AfterEach
    void close() {
        admin.close();
        cluster.close();
    }

    private Router start(boolean acceptResend) {
        var settings =
                RouterSettings.embedded(RequestCluster.config(cluster.bootstrap()), cluster.state())
                        .with(acceptResend, HeapShare.AMPLE, List.of(), Traces.OFF);
        return Router.start(settings, new SimpleMeterRegistry(), InstantSource.system());
    }

    private void submit(int job) throws IOException {
        cluster.submit(RequestCluster.line(IDS.get(job), RequestCluster.MODEL, "hello"));
    }

    private void loseOffsets() throws Exception {
        admin.deleteConsumerGroupOffsets(GROUP, Set.of(REQUESTS)).all().get();
    }

    private void assertStopsWithoutOutput() {
        try (var router = start(false)) {
            await().until(() -> router.health().detail().contains("--accept-resend"));
            assertThat(router.health().ready()).isFalse();
            assertThat(router.health().detail())
                    .contains("the committed offset of " + REQUESTS + " was lost or set back");
        }
        cluster.awaitNoMoreOutput();
    }

    private List<String> outputTopics(int count) {
        return cluster.awaitOutput(count).stream()
                .map(ConsumerRecord::topic)
                .filter(it -> !it.equals(RequestCluster.TOPICS.costs()))
                .toList();
    }

    @Test
    void lostOffsetStopsTheRouterUntilAcceptResend() throws Exception {
        submit(0);
        try (var _ = Routers.start(cluster, cluster.state())) {
            assertThat(outputTopics(1)).containsExactly(JOBS);
        }
        loseOffsets();

        assertStopsWithoutOutput();

        submit(1);
        try (var _ = start(true)) {
            assertThat(outputTopics(3))
                    .containsExactlyInAnyOrder(JOBS, RequestCluster.TOPICS.deadLetters(), JOBS);
        }
        submit(2);
        try (var _ = Routers.start(cluster, cluster.state())) {
            assertThat(outputTopics(4)).filteredOn(JOBS::equals).hasSize(3);
        }
    }

    /** The offset is set back, or beyond the end of a log that has lost its last records. */
    @ParameterizedTest
    @ValueSource(longs = {0, 100})
    void changedOffsetStopsTheRouter(long offset) throws Exception {
        submit(0);
        try (var _ = Routers.start(cluster, cluster.state())) {
            cluster.awaitOutput(1);
        }
        admin.alterConsumerGroupOffsets(GROUP, Map.of(REQUESTS, new OffsetAndMetadata(offset)))
                .all()
                .get();

        assertStopsWithoutOutput();
    }
}
