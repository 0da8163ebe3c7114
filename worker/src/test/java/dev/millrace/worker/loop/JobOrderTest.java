package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A lane's partitions progress together, whatever the clocks of its clients say. */
class JobOrderTest {
    private static final Instant NOON = FakeCluster.SUBMITTED;

    /** Jobs that a lane may have ready. */
    private static final int READY = 1_000;

    private static final int BACKLOG = 3 * READY;

    private static final int TOGETHER = 100;

    private final FakeCluster cluster = new FakeCluster();

    private static long callsOf(TestWorker worker, int partition) {
        return worker.providers.calls.stream().filter(it -> it.startsWith(partition + "-")).count();
    }

    /** Jobs that were written a second apart, the first one at that time. */
    private void jobsSince(int partition, int count, Instant first) {
        for (int offset = 0; offset < count; offset++) {
            cluster.jobWrittenAt(partition, offset, first.plusSeconds(offset));
        }
    }

    @Nested
    class AJobOfAnotherPartition {
        @Test
        void jobWaitsForOlderJobsOfOtherPartitions() {
            jobsSince(0, 8, NOON.plusSeconds(3_600));
            jobsSince(1, 8, NOON);
            jobsSince(2, 8, NOON.plusSeconds(7_200));

            var worker = new TestWorker(cluster, "max_in_flight: 1").owning(0, 1, 2);

            assertThat(worker.nextCalls(5))
                    .filteredOn(it -> !it.startsWith("1-"))
                    .hasSizeLessThan(3);
        }

        @Test
        void jobsOfEqualAgeStartInTurn() {
            cluster.jobs(0, 10);
            cluster.jobs(1, 10);
            cluster.jobs(2, 10);

            var worker = new TestWorker(cluster, "max_in_flight: 1").owning(0, 1, 2);

            worker.nextCalls(15);
            for (int partition = 0; partition < 3; partition++) {
                assertThat(callsOf(worker, partition)).isBetween(5L, 6L);
            }
        }

        @Test
        void jobStartsThoughAnotherPartitionWasPolledFirst() {
            jobsSince(0, BACKLOG, NOON);
            var worker = new TestWorker(cluster, "max_in_flight: 1").owning(0);
            worker.turn(10);

            jobsSince(1, BACKLOG, NOON);
            worker.owning(1);
            worker.nextCalls(READY);

            assertThat(callsOf(worker, 0) - callsOf(worker, 1)).isLessThan(TOGETHER);
        }
    }

    @Nested
    class APartitionThatIsPolledLater {
        @Test
        void olderJobsPrecedeYoungerReadyJobs() {
            jobsSince(0, BACKLOG, NOON.plusSeconds(3_600));
            var worker = new TestWorker(cluster, "max_in_flight: 1").owning(0);
            worker.turn(10);

            jobsSince(1, BACKLOG, NOON);
            worker.owning(1);
            worker.turn(10);

            assertThat(worker.nextCalls(40))
                    .filteredOn(it -> it.startsWith("1-"))
                    .hasSizeBetween(29, 31);
        }

        @Test
        void partitionPolledLaterGetsItsShareOfTheCalls() {
            jobsSince(0, BACKLOG, NOON);
            jobsSince(1, BACKLOG, NOON);
            jobsSince(2, BACKLOG, NOON);

            var worker = new TestWorker(cluster, "max_in_flight: 100");
            worker.source.maxPollRecords = READY;
            worker.owning(0, 1, 2);
            worker.nextCalls(300);

            // Before the others are polled, 100 calls of the first may start and 100 be ready.
            for (int partition = 0; partition < 3; partition++) {
                assertThat(callsOf(worker, partition)).isBetween(50L, 200L);
            }
        }
    }

    @Nested
    class AWrongClock {
        /**
         * Returns 400 calls of two partitions, the first of which has one timestamp for all jobs.
         */
        private List<String> callsBesideRecordsOf(Instant timestamp) {
            for (int offset = 0; offset < BACKLOG; offset++) {
                cluster.jobWrittenAt(0, offset, timestamp);
            }
            jobsSince(1, BACKLOG, NOON);
            var worker = new TestWorker(cluster, "max_in_flight: 1").owning(0, 1);
            worker.nextCalls(TOGETHER);
            return worker.nextCalls(400);
        }

        @Test
        void futureTimestampsLeaveTheirPartitionAShareOfTheCalls() {
            assertThat(callsBesideRecordsOf(Instant.parse("2999-01-01T00:00:00Z")))
                    .filteredOn(it -> it.startsWith("0-"))
                    .hasSizeBetween(99, 101);
        }

        @Test
        void pastTimestampsLeaveOtherPartitionsAShareOfTheCalls() {
            assertThat(callsBesideRecordsOf(Instant.EPOCH))
                    .filteredOn(it -> it.startsWith("1-"))
                    .hasSizeBetween(99, 101);
        }

        @Test
        void jobBehindAWrongTimestampWaitsOnlyForItsPartitionsTurn() {
            cluster.jobWrittenAt(0, 0, Instant.parse("2999-01-01T00:00:00Z"));
            cluster.jobWrittenAt(0, 1, NOON);
            jobsSince(1, 50, NOON);
            jobsSince(2, 50, NOON);

            var worker = new TestWorker(cluster, "max_in_flight: 1").owning(0, 1, 2);

            assertThat(worker.nextCalls(15)).contains("0-0", "0-1");
        }
    }

    @Nested
    class AFullPartition {
        @Test
        void fullPartitionDelaysNoOtherPartition() {
            jobsSince(0, 10, NOON);
            jobsSince(1, 10, NOON.plusSeconds(3_600));

            var worker =
                    new TestWorker(cluster, "max_in_flight: 4, max_open_per_partition: 2")
                            .owning(0, 1);

            assertThat(worker.providers.running())
                    .containsExactlyInAnyOrder("0-0", "0-1", "1-0", "1-1");
        }
    }

    @Nested
    class AFailedTransaction {
        @Test
        void failedTransactionKeepsTheOrder() {
            jobsSince(0, 10, NOON);
            cluster.nextOutcomes.add(FakeCluster.TransactionOutcome.ABORTED);
            cluster.nextOutcomes.add(FakeCluster.TransactionOutcome.ABORTED);

            var worker = new TestWorker(cluster, "max_in_flight: 3").owning(0);
            worker.turn(500);

            assertThat(new ArrayList<>(worker.providers.running()))
                    .containsExactlyInAnyOrder("0-0", "0-1", "0-2");
        }
    }
}
