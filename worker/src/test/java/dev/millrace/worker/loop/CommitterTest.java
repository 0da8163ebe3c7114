package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.worker.loop.FakeCluster.TransactionOutcome;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Results whose transaction fails. */
class CommitterTest {
    /** Fencings within a minute that stop a worker. */
    private static final int FENCING_LIMIT = 10;

    private final FakeCluster cluster = new FakeCluster();

    @Nested
    class AFailedTransaction {
        @ParameterizedTest
        @EnumSource(
                value = TransactionOutcome.class,
                names = {"ABORTED", "UNKNOWN_AND_ABORTED", "FENCED"})
        void failedTransactionIsWrittenLaterWithoutAnotherCall(TransactionOutcome outcome) {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster).owning(0);
            cluster.nextOutcomes.add(outcome);
            worker.providers.answer("0-0");
            worker.turn(10);

            assertThat(worker.resultTransactions()).isEqualTo(2);
            assertThat(cluster.resultIds()).containsExactly("0-0");
            assertThat(worker.providers.calls).hasSize(1);
        }

        @Test
        void transactionThatWasWrittenAfterAllIsNotRepeated() {
            cluster.jobs(0, 2);
            var worker = new TestWorker(cluster).owning(0);
            cluster.nextOutcomes.add(TransactionOutcome.UNKNOWN_BUT_WRITTEN);
            worker.providers.answer("0-0");
            worker.turn(10);
            worker.providers.answer("0-1");
            worker.turn(10);

            assertThat(cluster.resultIds()).containsExactly("0-0", "0-1");
            assertThat(worker.log.openCount).isEqualTo(2);
        }

        @Test
        void transactionStaysInDoubtWhileOffsetsCannotBeRead() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster).owning(0);
            cluster.nextOutcomes.add(TransactionOutcome.UNKNOWN_BUT_WRITTEN);
            worker.source.hidesCommittedOffsets = true;
            worker.providers.answer("0-0");
            worker.turn(20);
            worker.source.hidesCommittedOffsets = false;
            worker.turn(60);

            assertThat(cluster.resultIds()).containsExactly("0-0");
        }

        @Test
        void transactionCountsAsWrittenThoughATopicWasDeleted() {
            cluster.job(0, 0);
            cluster.job(1, 0);
            var worker = new TestWorker(cluster).owning(0, 1);
            cluster.nextOutcomes.add(TransactionOutcome.UNKNOWN_BUT_WRITTEN);
            worker.source.hidesCommittedOffsets = true;
            worker.providers.answer("0-0");
            worker.providers.answer("1-0");
            worker.turn(20);
            cluster.committed.remove(FakeCluster.partition(1));
            worker.source.hidesCommittedOffsets = false;
            worker.turn(60);

            assertThat(cluster.resultIds()).containsExactlyInAnyOrder("0-0", "1-0");
        }

        @Test
        void equalCommitByANewOwnerProvesNothing() {
            var twin = new FakeCluster();
            twin.job(0, 0);
            var newOwner = new TestWorker(twin).owning(0);
            newOwner.providers.answer("0-0");
            newOwner.turn(10);

            cluster.job(0, 0);
            cluster.job(1, 0);
            var worker = new TestWorker(cluster).owning(0, 1);
            cluster.nextOutcomes.add(TransactionOutcome.UNKNOWN_AND_ABORTED);
            worker.providers.answer("0-0");
            worker.providers.answer("1-0");
            worker.turn(1);
            cluster.committed.putAll(twin.committed);
            worker.turn(60);

            assertThat(cluster.resultIds()).contains("1-0");
        }

        /** Otherwise transactions would follow each other at once, as if they cost nothing. */
        @Test
        void recoveredTransactionDoesNotCountAsACheapOne() {
            Duration undisturbed = timeOfTransactions(TransactionOutcome.WRITTEN);
            Duration recovered = timeOfTransactions(TransactionOutcome.UNKNOWN_BUT_WRITTEN);

            assertThat(recovered).isGreaterThan(undisturbed.multipliedBy(9).dividedBy(10));
        }

        /** Returns the time of large transactions of 5 ms, the first one with the given outcome. */
        private static Duration timeOfTransactions(TransactionOutcome outcome) {
            var busy = new FakeCluster();
            busy.jobs(0, 20_000);
            var worker = new TestWorker(busy, "max_in_flight: 250");
            worker.log.onCommit = () -> worker.time.advance(Duration.ofMillis(5));
            worker.owning(0);
            load(worker, 20);
            busy.nextOutcomes.add(outcome);
            var start = worker.time.now();
            load(worker, 50);
            return Duration.between(start, worker.time.now());
        }

        private static void load(TestWorker worker, int turns) {
            for (int i = 0; i < turns; i++) {
                worker.providers.running().forEach(worker.providers::answer);
                worker.turn(1);
            }
        }

        @Test
        void repeatedFailuresStopNewCallsAndShowInHealth() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster).owning(0);
            cluster.nextOutcomes.addAll(Collections.nCopies(6, TransactionOutcome.ABORTED));
            worker.providers.answer("0-0");
            worker.turn(6);
            assertThat(worker.loop.health().ready()).isFalse();
            cluster.job(0, 3);
            worker.turn(2);
            assertThat(worker.providers.calls).containsExactly("0-0");

            worker.turn(60);
            assertThat(worker.providers.calls).containsExactly("0-0", "0-3");
            assertThat(worker.loop.health().ready()).isTrue();
        }
    }

    @Nested
    class AFencedProducer {
        @Test
        void repeatedFencingStopsTheLoop() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster).owning(0);
            cluster.nextOutcomes.addAll(
                    Collections.nCopies(FENCING_LIMIT, TransactionOutcome.FENCED));
            worker.providers.answer("0-0");

            assertThatThrownBy(() -> worker.turn(200)).hasMessageContaining("worker.instance");
        }

        @Test
        void fencingBetweenSuccessfulCommitsStopsTheLoop() {
            var worker = new TestWorker(cluster).owning(0);

            assertThatThrownBy(() -> fence(worker, FENCING_LIMIT, Duration.ZERO))
                    .hasMessageContaining("worker.instance");
            assertThat(cluster.resultIds()).isNotEmpty();
        }

        @Test
        void rareFencingDoesNotStopTheLoop() {
            var worker = new TestWorker(cluster).owning(0);

            fence(worker, 3 * FENCING_LIMIT, Duration.ofSeconds(10));

            assertThat(cluster.resultIds()).hasSize(3 * FENCING_LIMIT);
        }

        /** Each time one commit is fenced and another one succeeds. */
        private void fence(TestWorker worker, int times, Duration distance) {
            for (int i = 0; i < times; i++) {
                // A control record follows each job.
                cluster.job(0, 2L * i);
                worker.turn(2);
                worker.providers.answer("0-" + 2 * i);
                cluster.nextOutcomes.add(TransactionOutcome.FENCED);
                worker.turn(10);
                worker.time.advance(distance);
            }
        }
    }
}
