package dev.millrace.worker.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.simulator.settings.Latency;
import dev.millrace.testclusters.JobCluster;
import dev.millrace.worker.Worker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LanesIT {
    private static final String MODEL = "deepseek-flash";
    private static final List<Lane> LANES = List.of(Lane.values());
    private static final int JOBS = 20;
    private static final int REQUEST_PARTITION = 2;

    @TempDir Path directory;

    @Test
    void workerDoesNotReadLanesWithoutWeight() throws Exception {
        try (var cluster =
                        new JobCluster(
                                directory,
                                JobCluster.simulated(Latency.NONE),
                                "lane_weights: { high: 0, normal: 0, low: 0, bulk: 0 }");
                Worker _ = Workers.start(cluster);
                var admin = cluster.admin()) {
            for (int i = 0; i < LANES.size(); i++) {
                cluster.submit(cluster.job(MODEL, LANES.get(i), i, REQUEST_PARTITION));
            }

            assertThat(cluster.readUntil(() -> cluster.results().size() >= 2)).isTrue();
            var groups = admin.describeConsumerGroups(List.of("millrace.worker")).all().get();
            assertThat(groups.values())
                    .flatExtracting(ConsumerGroupDescription::members)
                    .flatExtracting(it -> it.assignment().topicPartitions())
                    .extracting(TopicPartition::topic)
                    .contains(cluster.topics().jobs(MODEL, Lane.EXPRESS))
                    .allMatch(it -> it.endsWith(".express") || it.endsWith(".critical"));
        }
    }

    @Test
    void workerReadsAllLanesAndAnswersInTheRequestsPartition() throws Exception {
        var quick = JobCluster.simulated(new Latency.Uniform(Duration.ZERO, Duration.ofMillis(5)));
        try (var cluster = new JobCluster(directory, quick, "max_in_flight: 5");
                Worker _ = Workers.start(cluster)) {
            for (int i = 0; i < JOBS; i++) {
                Lane lane = LANES.get(i % LANES.size());
                cluster.submit(cluster.job(MODEL, lane, i, REQUEST_PARTITION));
            }
            // Of another pipeline, with more partitions than this one.
            cluster.submit(cluster.job(MODEL, Lane.NORMAL, JOBS, 999));

            assertThat(cluster.readUntil(() -> cluster.results().size() > JOBS)).isTrue();
            cluster.readToEnd();
            assertThat(cluster.costs())
                    .extracting(CostEvent::end)
                    .extracting(Objects::requireNonNull)
                    .extracting(JobEnd::lane)
                    .hasSameElementsAs(LANES)
                    .filteredOn(Lane.BULK::equals)
                    .hasSize(JOBS / LANES.size());
            assertThat(cluster.partitions().values())
                    .hasSize(JOBS + 1)
                    .filteredOn(Set.of(REQUEST_PARTITION)::equals)
                    .hasSizeGreaterThanOrEqualTo(JOBS);
        }
    }
}
