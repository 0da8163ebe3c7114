package dev.millrace.worker.loop;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.service.StoppedPartition.Reason;
import dev.millrace.worker.ledger.TopicTag;
import dev.millrace.worker.port.JobTopics;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Where a partition resumes or stops, and which of its records are deleted. */
class RecoveryTest {
    private final FakeCluster cluster = new FakeCluster();

    @Nested
    class AnOffsetHiddenByAnOpenTransaction {
        private final TopicPartition hidden = FakeCluster.partition(0);

        @Test
        void hiddenOffsetDelaysNoOtherPartition() {
            cluster.job(0, 0);
            cluster.job(1, 0);
            var worker = new TestWorker(cluster);
            worker.topics.hidden.add(hidden);
            worker.owning(0, 1);
            assertThat(worker.providers.calls).containsExactly("1-0");

            worker.topics.answer(hidden);
            worker.turn(3);
            assertThat(worker.providers.calls).containsExactly("1-0", "0-0");
        }

        @Test
        void offsetIsRequestedAgainAfterReassignment() {
            cluster.jobs(0, 2);
            var worker = new TestWorker(cluster);
            worker.topics.hidden.add(hidden);
            worker.owning(0);
            var first = worker.topics.lookups.get(hidden);
            worker.source.lose(0);
            worker.turn(1);
            assertThat(first).isCancelled();

            var other = new TestWorker(cluster).owning(0);
            other.providers.answer("0-0");
            other.turn(1);
            worker.topics.hidden.clear();
            worker.owning(0);
            assertThat(worker.providers.calls).containsExactly("0-1");
        }
    }

    @Nested
    class ARecreatedTopic {
        /**
         * The old topic's records are deleted, and the new topic has other records at their
         * offsets.
         */
        private void recreate() {
            cluster.topicId = "second";
            cluster.jobs.clear();
            cluster.jobs(0, 2);
        }

        @Test
        void recreatedTopicStartsAtItsBeginningDespiteAnOldOffset() {
            cluster.jobs(0, 2);
            var first = new TestWorker(cluster).owning(0);
            first.providers.answer("0-0");
            first.providers.answer("0-1");
            first.turn(5);
            assertThat(cluster.committedOffset(0)).isGreaterThan(1);

            recreate();
            var worker = new TestWorker(cluster).owning(0);

            assertThat(worker.providers.calls).containsExactly("0-0", "0-1");
            assertThat(worker.loop.health().ready()).isTrue();
        }

        @Test
        void topicRecreatedWhileTheWorkerRunsStartsAtItsBeginning() {
            cluster.jobs(0, 3);
            var worker = new TestWorker(cluster, "max_in_flight: 1").owning(0);
            recreate();
            worker.time.advance(ofSeconds(30));
            worker.turn(5);
            assertThat(worker.providers.calls).as("the old call goes on").containsExactly("0-0");

            worker.providers.answer("0-0");
            worker.turn(10);
            assertThat(worker.providers.calls).containsExactly("0-0", "0-0");
            worker.providers.answer("0-0");
            worker.turn(5);
            worker.providers.answer("0-1");
            worker.turn(5);

            assertThat(cluster.resultIds()).containsExactly("0-0", "0-0", "0-1");
        }

        @Test
        void topicRecreatedBetweenTwoLookupsGetsItsOwnLedger() {
            var id = FakeCluster.partition(0);
            cluster.job(0, 0);
            var worker = new TestWorker(cluster);
            worker.topics.hidden.add(id);
            worker.owning(0);
            worker.topics.hidden.clear();
            Objects.requireNonNull(worker.topics.lookups.get(id))
                    .complete(new JobTopics.Committed("deleted", null));
            worker.turn(5);

            assertThat(worker.providers.calls).containsExactly("0-0");
            assertThat(Objects.requireNonNull(cluster.committed.get(id)).metadata())
                    .startsWith(TopicTag.of(cluster.topicId));
        }

        @Test
        void recreatedTopicLosesNoRecordBelowAnOldOffset() {
            cluster.jobs(0, 3);
            var worker = new TestWorker(cluster).owning(0);
            worker.providers.answer("0-0");
            worker.turn(2);
            recreate();
            worker.source.lose(0);
            worker.time.advance(ofSeconds(6));
            worker.owning(0);

            assertThat(worker.topics.deleted)
                    .allSatisfy(it -> assertThat(it).doesNotContainValue(1L));
        }
    }

    @Nested
    class APartitionWithoutAnOffset {
        @Test
        void unusedPartitionStartsAtItsBeginningAndIsMarked() {
            cluster.job(0, 0);
            new TestWorker(cluster).owning(0);

            assertThat(cluster.outputs.getFirst().topic()).isEqualTo("millrace.control");
            assertThat(cluster.committed).containsKey(FakeCluster.partition(0));
        }

        @Test
        void partitionWithALostOffsetStopsVisibly() {
            cluster.job(0, 0);
            new TestWorker(cluster).owning(0);
            cluster.committed.clear();
            var worker = new TestWorker(cluster).owning(0);

            assertThat(worker.providers.calls).isEmpty();
            assertThat(worker.loop.health().detail()).contains("its offset was lost");
            assertThat(worker.stopReasons()).containsExactly(Reason.OFFSET_LOST);
            assertThat(worker.source.paused).contains(FakeCluster.partition(0));
        }

        @Test
        void acceptResendRestartsAPartitionWithALostOffset() {
            cluster.job(0, 0);
            new TestWorker(cluster).owning(0);
            cluster.committed.clear();
            var worker = new TestWorker(cluster, "", true, FakeCluster.MODEL).owning(0);

            assertThat(worker.providers.calls).containsExactly("0-0");
        }

        @Test
        void partitionWaitsUntilTheReasonIsKnown() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster);
            worker.topics.isUnresponsive = true;
            worker.owning(0);
            assertThat(worker.providers.calls).isEmpty();

            worker.topics.isUnresponsive = false;
            worker.turn(3);
            assertThat(worker.providers.calls).containsExactly("0-0");
        }
    }

    @Nested
    class AnOffsetOfAnotherTool {
        @Test
        void foreignMetadataThatBeginLikeATopicTagStopThePartition() {
            cluster.jobs(0, 2);
            cluster.committed.put(FakeCluster.partition(0), new OffsetAndMetadata(1, "tool 1.0"));

            var worker = new TestWorker(cluster).owning(0);

            assertThat(worker.providers.calls).isEmpty();
            assertThat(worker.loop.health().detail())
                    .contains("its committed metadata cannot be read: its version is t");
            assertThat(worker.stopReasons()).containsExactly(Reason.UNREADABLE_METADATA);
        }

        @Test
        void partitionStartsAtAForeignOffsetWithoutMetadata() {
            cluster.jobs(0, 2);
            cluster.committed.put(FakeCluster.partition(0), new OffsetAndMetadata(1));

            var worker = new TestWorker(cluster).owning(0);

            assertThat(worker.providers.calls).containsExactly("0-1");
        }
    }

    @Nested
    class APositionWithoutRecords {
        @Test
        void positionWithoutRecordsStopsThePartitionButNotItsOpenJobs() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster).owning(0);
            worker.source.outOfRange(0, 1);
            worker.turn(1);
            assertThat(worker.loop.health().detail()).contains("no record at its offset 1");
            assertThat(worker.stopReasons()).containsExactly(Reason.OFFSET_OUT_OF_RANGE);

            worker.providers.answer("0-0");
            worker.turn(1);
            assertThat(cluster.resultIds()).containsExactly("0-0");
        }

        @Test
        void nothingIsCommittedPastRecordsThatWereNotAdmitted() {
            cluster.jobs(0, 3);
            var worker = new TestWorker(cluster, "max_open_per_partition: 1").owning(0);
            worker.source.outOfRange(0, 4);
            worker.turn(1);
            worker.providers.answer("0-0");
            worker.turn(5);

            assertThat(cluster.committedOffset(0)).isEqualTo(1);
            var successor = new TestWorker(cluster).owning(0);
            successor.turn(5);
            assertThat(successor.providers.calls).containsExactly("0-1", "0-2");
        }

        @Test
        void acceptResendMovesThePartitionToItsFirstRecord() {
            cluster.jobs(0, 3);
            var worker =
                    new TestWorker(cluster, "max_in_flight: 1", true, FakeCluster.MODEL).owning(0);
            worker.source.outOfRange(0, 1);
            worker.turn(3);
            assertThat(worker.providers.calls).as("what is open goes on").hasSize(1);

            worker.providers.answer("0-0");
            worker.turn(5);
            assertThat(worker.loop.health().ready()).isTrue();
            assertThat(worker.providers.calls).containsExactly("0-0", "0-0");
        }
    }

    @Nested
    class FinishedRecords {
        @Test
        void finishedRecordsAreDeleted() {
            cluster.jobs(0, 3);
            var worker = new TestWorker(cluster).owning(0);
            worker.providers.answer("0-0");
            worker.turn(1);
            assertThat(worker.topics.deleted).isEmpty();

            worker.time.advance(ofSeconds(6));
            worker.turn(1);
            assertThat(worker.topics.deleted).containsExactly(Map.of(FakeCluster.partition(0), 1L));
        }
    }

    @Nested
    class ACommitAheadOfThePosition {
        @Test
        void recordsAreNotDeletedBeforeTheyArePolled() {
            cluster.jobs(0, 3);
            var predecessor = new TestWorker(cluster).owning(0);
            predecessor.providers.answer("0-1");
            predecessor.turn(1);
            var worker = new TestWorker(cluster, "max_attempts: 1");
            worker.source.maxPollRecords = 1;
            worker.source.assign(0);
            worker.turn(2);
            assertThat(cluster.committedOffset(0)).as("the next open one").isEqualTo(2);

            worker.time.advance(ofSeconds(6));
            worker.turn(1);
            assertThat(worker.topics.deleted).containsExactly(Map.of(FakeCluster.partition(0), 1L));
        }
    }
}
