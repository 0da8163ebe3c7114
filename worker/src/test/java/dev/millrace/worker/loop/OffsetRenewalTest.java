package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Recommits of the unchanged ledgers of idle partitions. */
class OffsetRenewalTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private final FakeCluster cluster = new FakeCluster();

    /** Returns a worker whose partitions have offsets committed by an earlier worker. */
    private TestWorker takeover(int... partitions) {
        var earlier = new TestWorker(cluster).owning(partitions);
        earlier.providers.running().forEach(earlier.providers::answer);
        earlier.turn(10);
        earlier.source.lose(partitions);
        return new TestWorker(cluster).owning(partitions);
    }

    private static void pass(TestWorker worker, Duration time) {
        worker.time.advance(time);
        worker.turn(3);
    }

    private static List<Map<TopicPartition, OffsetAndMetadata>> commits(TestWorker worker) {
        return worker.log.attempts.stream().map(it -> it.offsets()).toList();
    }

    @Nested
    class AnIdlePartition {
        @Test
        void offsetOfAnEarlierOwnerIsCommittedUnchangedAfterAMinute() {
            cluster.jobs(0, 2);
            var worker = takeover(0);
            var before = Map.copyOf(cluster.committed);
            assertThat(commits(worker)).isEmpty();

            pass(worker, MINUTE);

            assertThat(commits(worker)).containsExactly(before);
            assertThat(worker.log.attempts.getFirst().records()).isEmpty();
        }

        @Test
        void offsetIsCommittedEveryHour() {
            cluster.job(0, 0);
            var worker = takeover(0);
            pass(worker, MINUTE);
            pass(worker, MINUTE);
            int renewals = commits(worker).size();

            for (int minute = 0; minute < 59; minute++) {
                pass(worker, MINUTE);
            }
            assertThat(commits(worker)).hasSize(renewals);

            pass(worker, MINUTE);
            assertThat(commits(worker)).hasSize(renewals + 1);
        }

        @Test
        void partitionsAreRenewedInOneTransaction() {
            cluster.job(0, 0);
            cluster.job(1, 0);
            var worker = takeover(0, 1);

            pass(worker, MINUTE);

            assertThat(commits(worker)).hasSize(1);
            assertThat(commits(worker).getFirst().keySet())
                    .isEqualTo(Set.of(FakeCluster.partition(0), FakeCluster.partition(1)));
        }

        @Test
        void finishedJobsStayFinishedAfterARenewal() {
            cluster.jobs(0, 3);
            var earlier = new TestWorker(cluster).owning(0);
            earlier.providers.answer("0-1");
            earlier.turn(10);
            earlier.source.lose(0);
            var worker = new TestWorker(cluster).owning(0);
            pass(worker, MINUTE);
            pass(worker, HOUR);
            worker.source.lose(0);

            var next = new TestWorker(cluster).owning(0);

            assertThat(next.providers.calls).containsExactlyInAnyOrder("0-0", "0-2");
        }

        @Test
        void failedRenewalIsRetried() {
            cluster.job(0, 0);
            var worker = takeover(0);
            cluster.nextOutcomes.add(FakeCluster.TransactionOutcome.UNKNOWN_AND_ABORTED);

            pass(worker, MINUTE);
            worker.turn(100);

            assertThat(commits(worker)).hasSize(2);
            assertThat(worker.loop.health().ready()).isTrue();
        }
    }

    @Nested
    class AnotherPartition {
        @Test
        void partitionThatHasJustCommittedIsNotRenewed() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster).owning(0);
            worker.providers.answer("0-0");
            worker.turn(10);

            pass(worker, MINUTE);

            assertThat(commits(worker)).hasSize(3);
            pass(worker, MINUTE);
            assertThat(commits(worker)).hasSize(3);
        }

        @Test
        void lostPartitionIsNotRenewed() {
            cluster.job(0, 0);
            var worker = takeover(0);
            worker.source.lose(0);
            worker.turn(1);

            pass(worker, HOUR);

            assertThat(commits(worker)).isEmpty();
        }

        @Test
        void partitionWithoutKnownOffsetIsNotCommitted() {
            cluster.job(0, 0);
            takeover(0).source.lose(0);
            cluster.committed.remove(FakeCluster.partition(0));
            var worker = new TestWorker(cluster);
            worker.topics.hidden.add(FakeCluster.partition(0));
            worker.owning(0);

            pass(worker, HOUR);

            assertThat(commits(worker)).isEmpty();
        }
    }
}
