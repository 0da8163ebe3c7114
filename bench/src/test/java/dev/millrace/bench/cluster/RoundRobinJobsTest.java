package dev.millrace.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Lane;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RoundRobinJobsTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");

    private final BenchPipeline pipeline = new BenchPipeline("127.0.0.1:9092", "bench-scale.", 3);
    private final RoundRobinJobs jobs = new RoundRobinJobs(pipeline);

    @Test
    void jobsGoToEachPartitionOfEachLaneInTurn() {
        for (int number = 0; number < 12; number++) {
            var record = jobs.of(number, NOW);

            assertThat(record.partition()).isEqualTo(number / 2 % 3);
            assertThat(record.topic())
                    .isEqualTo(pipeline.jobs(number % 2 == 0 ? Lane.NORMAL : Lane.BULK));
        }
    }

    @Test
    void laneAndPartitionFollowFromTheNumber() {
        assertThat(jobs.lanes()).isEqualTo(2);
        assertThat(jobs.lane(5)).isEqualTo(1);
        assertThat(jobs.partition(5)).isEqualTo(2);
    }
}
