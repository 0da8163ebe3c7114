package dev.millrace.worker.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.millrace.contracts.service.StoppedPartition;
import dev.millrace.contracts.service.StoppedPartition.Reason;
import dev.millrace.worker.ledger.Snapshot;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PartitionTest {
    private static void isRefused(ThrowingCallable transition) {
        assertThatIllegalStateException().isThrownBy(transition);
    }

    @Nested
    class AStop {
        @Test
        void stoppedActivePartitionKeepsItsOpenJobs() {
            Partition partition = Jobs.active();
            partition.stop(Reason.CORRUPT_BATCH, "test");

            assertThat(partition.isActive()).isTrue();
            assertThat(partition.stopped())
                    .get()
                    .extracting(StoppedPartition::detail)
                    .isEqualTo("test");
        }

        @Test
        void stopEndsTheRestoration() {
            Partition partition = Jobs.assigned();
            partition.stop(Reason.CORRUPT_BATCH, "test");

            assertThat(partition.isRestoring()).isFalse();
            isRefused(partition::onNothingCommitted);
        }
    }

    @Nested
    class ARestart {
        @Test
        void restartWithoutACommittedOffsetKeepsTheTopicId() {
            Partition partition = Jobs.active();
            partition.onTopicId("first");
            partition.requestRestartUncommitted();
            partition.leave();

            Partition again = partition.restarted();
            assertThat(again.isUncommitted()).isTrue();
            assertThat(again.topicId()).isEqualTo("first");
        }

        @Test
        void restartOnARecreatedTopicLooksUpTheOffsetAgain() {
            Partition partition = Jobs.active();
            partition.onTopicDeleted();
            partition.onTopicRecreated();
            partition.leave();

            assertThat(partition.restarted().awaitsCommittedOffset()).isTrue();
            assertThat(partition.isTopicDeleted()).isFalse();
        }
    }

    @Nested
    class TheFinishedOffset {
        @Test
        void finishedOffsetIsTakenOnceAndNeverAheadOfPolledRecords() {
            Partition partition = Jobs.active();
            partition.buffer().onPolledTo(5);
            partition.onWritten(new Snapshot(8, ""), 0);

            assertThat(partition.commits().takeFinishedBelow()).isEqualTo(5);
            assertThat(partition.commits().takeFinishedBelow()).isEqualTo(-1);
        }

        @Test
        void deletedTopicHasNoFinishedOffset() {
            Partition partition = Jobs.active();
            partition.onTopicDeleted();
            partition.buffer().onPolledTo(5);
            partition.onWritten(new Snapshot(5, ""), 0);

            assertThat(partition.commits().takeFinishedBelow()).isEqualTo(-1);
        }
    }

    @Nested
    class AnIllegalTransition {
        @Test
        void activePartitionCannotBeRestored() {
            Partition partition = Jobs.active();

            isRefused(partition::onNothingCommitted);
            isRefused(partition::onTopicReplaced);
            isRefused(() -> partition.onRestored(partition.ledger(), 0, null));
            isRefused(partition::restarted);
        }

        @Test
        void drainingPartitionAcceptsNoJob() {
            Partition partition = Jobs.active();
            partition.startDraining();

            isRefused(() -> Jobs.ready(partition, 0));
        }

        @Test
        void partitionThatHasLeftAllowsNoTransition() {
            Partition partition = Jobs.active();
            partition.leave();

            isRefused(() -> partition.stop(Reason.CORRUPT_BATCH, "test"));
            isRefused(partition::startDraining);
            isRefused(partition::leave);
            isRefused(partition::restarted);
        }
    }
}
