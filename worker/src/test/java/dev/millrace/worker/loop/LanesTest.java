package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Priority;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A tenant's jobs beyond its fair pace delay no other tenant, and still make progress. */
class LanesTest {
    private static final int BACKLOG = 3_000;

    private final FakeCluster cluster = new FakeCluster();

    @Nested
    class BehindABacklogOfBulk {
        private TestWorker busy(String settings) {
            cluster.jobs(Lane.BULK, BACKLOG, Priority.NORMAL, 0);
            var worker = new TestWorker(cluster, settings).owning(Lane.BULK);
            worker.turn(10);
            return worker;
        }

        @Test
        void tenNormalJobsStartWithinThirteenStarts() {
            var worker = busy("max_in_flight: 1");
            cluster.jobs(0, 10);
            worker.owning(0);

            assertThat(worker.nextCalls(13)).filteredOn(it -> it.startsWith("0-")).hasSize(10);
        }

        @Test
        void lanesStartByWeight() {
            var worker = busy("max_in_flight: 1");
            cluster.jobs(0, 100);
            worker.owning(0);

            assertThat(worker.nextCalls(50))
                    .filteredOn(it -> it.startsWith("0-"))
                    .hasSizeBetween(39, 41);
        }

        @Test
        void failedTransactionTakesNoTurns() {
            var worker = busy("max_in_flight: 1");
            cluster.jobs(0, 100);
            worker.owning(0);
            worker.nextCalls(3);
            for (int i = 0; i < 5; i++) {
                cluster.nextOutcomes.add(FakeCluster.TransactionOutcome.ABORTED);
                cluster.nextOutcomes.add(FakeCluster.TransactionOutcome.WRITTEN);
            }

            assertThat(worker.nextCalls(10)).filteredOn(it -> it.startsWith("0-")).hasSize(8);
        }

        @Test
        void normalJobsAreAdmittedThoughBulkHasItsMaximumReady() {
            var worker = busy("max_in_flight: 1");
            assertThat(worker.source.paused).contains(FakeCluster.partition(Lane.BULK));

            cluster.jobs(0, 10);
            worker.owning(0);

            assertThat(worker.source.paused).doesNotContain(FakeCluster.partition(0));
        }
    }

    @Nested
    class BehindABacklogOfEveryOtherLane {
        private TestWorker busy(String settings) {
            for (Lane lane : Lane.values()) {
                if (!lane.isCritical()) {
                    cluster.jobs(lane, 100, Priority.NORMAL, 0);
                }
            }
            var worker = new TestWorker(cluster, "max_in_flight: 1, " + settings);
            for (Lane lane : Lane.values()) {
                worker.owning(lane);
            }
            worker.nextCalls(20);
            return worker;
        }

        @ParameterizedTest
        @EnumSource(names = {"EXPRESS", "CRITICAL"})
        void criticalJobGoesNext(Lane lane) {
            var worker = busy("");
            cluster.jobs(lane, 1, Priority.CRITICAL, 0);
            worker.turn(3);

            assertThat(worker.nextCalls(1)).containsExactly(lane.word() + "-0");
        }

        @Test
        void criticalBacklogStopsNoOtherLane() {
            var worker = busy("");
            cluster.jobs(Lane.CRITICAL, 100, Priority.CRITICAL, 0);
            worker.turn(3);

            assertThat(worker.nextCalls(62).stream().map(it -> it.replaceAll("-.*", "")))
                    .contains("critical", "high", "0", "low", "bulk");
        }

        @Test
        void configuredWeightsDecide() {
            var worker = busy("lane_weights: { high: 1, normal: 1, low: 10, bulk: 1 }");

            assertThat(worker.nextCalls(26))
                    .filteredOn(it -> it.startsWith("low-"))
                    .hasSizeBetween(19, 21);
        }
    }

    @Nested
    class WhenBulkHoldsItsMaximumBytes {
        @Test
        void normalJobsAreStillAdmitted() {
            cluster.jobs(Lane.BULK, 40, Priority.NORMAL, 100_000);
            var worker = new TestWorker(cluster, "max_held_bytes: 1MiB, max_in_flight: 1");
            worker.source.maxPollRecords = 1;
            worker.owning(Lane.BULK).turn(60);
            assertThat(worker.source.paused).contains(FakeCluster.partition(Lane.BULK));

            cluster.jobs(0, 1);
            worker.owning(0);

            assertThat(worker.source.paused).doesNotContain(FakeCluster.partition(0));
            assertThat(worker.nextCalls(1)).containsExactly("0-0");
        }
    }

    @Nested
    class WhenNormalHoldsItsMaximumBytes {
        @Test
        void bulkStillMakesProgress() {
            for (int offset = 0; offset < 40; offset++) {
                cluster.largeJob(0, offset, 100_000);
            }
            var worker = new TestWorker(cluster, "max_held_bytes: 1MiB, max_in_flight: 1");
            worker.source.maxPollRecords = 1;
            worker.owning(0).turn(60);
            assertThat(worker.source.paused).contains(FakeCluster.partition(0));

            cluster.jobs(Lane.BULK, 1, Priority.NORMAL, 0);
            worker.owning(Lane.BULK);

            assertThat(worker.nextCalls(5)).contains("bulk-0");
        }
    }

    @Nested
    class ALaneWithoutATopic {
        private final String high = FakeCluster.partition(Lane.HIGH).topic();
        private TestWorker worker;

        @BeforeEach
        void start() {
            cluster.deletedTopics.add(high);
            worker = new TestWorker(cluster, "");
            worker.loop.subscribe(
                    Stream.of(Lane.values()).map(it -> FakeCluster.partition(it).topic()).toList());
            worker.owning(0);
            worker.turn(3);
        }

        private void createTopic() {
            cluster.deletedTopics.clear();
            worker.time.advance(Duration.ofSeconds(1));
            worker.turn(3);
        }

        @Test
        void workerJoinsTheGroupWithAllLanesThatExist() {
            var next = new TestWorker(cluster, "");
            next.loop.stop();

            next.loop.run(
                    Stream.of(Lane.values()).map(it -> FakeCluster.partition(it).topic()).toList());

            assertThat(next.source.subscribed)
                    .contains(FakeCluster.partition(Lane.CRITICAL).topic());
        }

        @Test
        void workerSubscribesToTheOtherLanes() {
            assertThat(worker.source.subscribed)
                    .hasSize(Lane.values().length - 1)
                    .doesNotContain(high);
        }

        @Test
        void topicThatIsCreatedAfterAJobIsFoundWithinASecond() {
            cluster.job(0, 0);
            worker.turn(3);

            createTopic();

            assertThat(worker.source.subscribed).contains(high);
        }

        @Test
        void idleWorkerFindsTheTopicWithinHalfAMinute() {
            createTopic();
            assertThat(worker.source.subscribed).doesNotContain(high);

            worker.time.advance(Duration.ofSeconds(29));
            worker.turn(3);

            assertThat(worker.source.subscribed).contains(high);
        }

        @Test
        void topicThatIsDeletedStaysSubscribed() {
            String low = FakeCluster.partition(Lane.LOW).topic();
            cluster.deletedTopics.add(low);
            worker.time.advance(Duration.ofSeconds(30));

            worker.turn(3);

            assertThat(worker.source.subscribed).contains(low);
        }
    }

    @Nested
    class WhenNothingElseWaits {
        @Test
        void bulkUsesAllSlotsButTheReserve() {
            cluster.jobs(Lane.BULK, 40, Priority.NORMAL, 0);

            var worker = new TestWorker(cluster, "max_in_flight: 20").owning(Lane.BULK);

            assertThat(worker.providers.running()).hasSize(19);
        }

        @Test
        void criticalBulkJobGetsNoReserve() {
            cluster.jobs(Lane.BULK, 40, Priority.CRITICAL, 0);

            var worker = new TestWorker(cluster, "max_in_flight: 20").owning(Lane.BULK);

            assertThat(worker.providers.running()).hasSize(19);
        }
    }
}
