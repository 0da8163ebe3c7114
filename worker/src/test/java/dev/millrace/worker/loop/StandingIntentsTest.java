package dev.millrace.worker.loop;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.ledger.OffsetRange;
import dev.millrace.worker.ledger.OpenJob;
import dev.millrace.worker.ledger.PartitionLedger;
import dev.millrace.worker.ledger.Reading;
import dev.millrace.worker.loop.FakeCluster.TransactionOutcome;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that start at once, because an intent stands for their offsets. */
class StandingIntentsTest {
    /** The last offset of the first job's transaction is a marker. */
    private static final long SECOND = 2;

    private final FakeCluster cluster = new FakeCluster();

    @BeforeEach
    void jobsAreSingleCalls() {
        cluster.lane = Lane.CRITICAL;
    }

    /** Returns a worker that has called and ended the job 0-0. */
    private TestWorker afterOneJob(String settings) {
        cluster.job(0, 0);
        var worker = new TestWorker(cluster, settings).owning(0);
        worker.providers.answer("0-0");
        worker.turn(2);
        return worker;
    }

    private TestWorker afterOneJob() {
        return afterOneJob("");
    }

    private OffsetRange standing(int partition) {
        var offset =
                Objects.requireNonNull(cluster.committed.get(FakeCluster.partition(partition)));
        return ((Reading.Known) PartitionLedger.read(offset.offset(), offset.metadata()))
                .standingRange();
    }

    private static void assertCallNeedsATransaction(TestWorker worker, String customId) {
        int before = worker.providers.calls.size();
        worker.log.onCommit = () -> assertThat(worker.providers.calls).hasSize(before);
        worker.turn(1);
        worker.log.onCommit = () -> {};

        assertThat(worker.providers.calls).hasSize(before + 1).endsWith(customId);
    }

    @Nested
    class AJobUnderAStandingIntent {
        @Test
        void callStartsWithoutATransaction() {
            var worker = afterOneJob();
            int transactions = worker.log.attempts.size();
            cluster.job(0, SECOND);
            worker.turn(1);

            assertThat(worker.providers.running()).containsExactly("0-2");
            assertThat(worker.log.attempts).hasSize(transactions);
            assertThat(worker.registry.get("millrace.worker.calls.standing").counter().count())
                    .isEqualTo(1);
        }

        @Test
        void callThatEndsBeforeTheNextTransactionIsFinishedByIt() {
            var worker = afterOneJob();
            cluster.job(0, SECOND);
            worker.turn(1);
            worker.providers.answer("0-2");
            worker.turn(1);

            assertThat(cluster.resultIds()).containsExactly("0-0", "0-2");
            assertThat(cluster.openJobs()).isEmpty();
            assertThat(cluster.committedOffset(0)).isEqualTo(4);
        }

        @Test
        void nextTransactionListsTheRunningCall() {
            var worker = afterOneJob();
            cluster.job(0, SECOND);
            cluster.job(0, 3);
            worker.turn(1);
            worker.providers.answer("0-2");
            worker.turn(1);

            assertThat(cluster.openJobs()).containsExactly(new OpenJob(3, 1, true));
        }

        @Test
        void secondAttemptIsAnnounced() {
            var worker = afterOneJob();
            cluster.job(0, SECOND);
            worker.turn(1);
            worker.providers.end(
                    "0-2",
                    FakeProviders.failed(ErrorCode.SERVER_ERROR, ofMillis(1), Billing.NOTHING));
            worker.turn(1);
            worker.time.advance(ofMillis(10));

            assertCallNeedsATransaction(worker, "0-2");
            assertThat(cluster.openJobs()).containsExactly(new OpenJob(SECOND, 2, true));
        }

        @Test
        void callThatWasNotSentIsAnnounced() {
            var worker = afterOneJob();
            cluster.job(0, SECOND);
            worker.turn(1);
            worker.providers.missSendWindow("0-2");

            assertCallNeedsATransaction(worker, "0-2");
            assertThat(cluster.openJobs()).containsExactly(new OpenJob(SECOND, 1, true));
        }

        @Test
        void jobOfAPausedTenantIsNotCalled() {
            var worker = afterOneJob();
            worker.control.publish(
                    new ControlKey.PauseTenant("t"), FakeCluster.SUBMITTED.plusSeconds(1));
            cluster.job(0, SECOND);
            worker.turn(3);

            assertThat(worker.providers.running()).isEmpty();
        }

        @Test
        void jobDoesNotOvertakeAnOlderOneThatIsAnnounced() {
            var worker = afterOneJob();
            worker.source.assign(1);
            worker.turn(3);
            cluster.jobWrittenAt(1, 0, FakeCluster.SUBMITTED.minusSeconds(5));
            cluster.jobWrittenAt(0, SECOND, FakeCluster.SUBMITTED);
            worker.log.onCommit = () -> assertThat(worker.providers.running()).isEmpty();
            worker.turn(1);

            assertThat(worker.providers.calls).containsExactly("0-0", "1-0", "0-2");
        }
    }

    @Nested
    class WithoutAStandingIntent {
        @Test
        void callIsAnnouncedAfterTheSendWindow() {
            var worker = afterOneJob();
            cluster.job(0, SECOND);
            worker.time.advance(ofSeconds(15));

            assertCallNeedsATransaction(worker, "0-2");
        }

        @ParameterizedTest
        @EnumSource(
                value = TransactionOutcome.class,
                names = {"ABORTED", "UNKNOWN_AND_ABORTED", "UNKNOWN_BUT_WRITTEN"})
        void callIsAnnouncedWhileAnEndedCallIsNotWritten(TransactionOutcome outcome) {
            var worker = afterOneJob();
            cluster.job(0, SECOND);
            worker.turn(1);
            worker.providers.answer("0-2");
            cluster.nextOutcomes.add(outcome);
            cluster.job(0, 4);
            int before = worker.log.attempts.size();
            worker.log.onCommit =
                    () -> {
                        if (worker.log.attempts.size() > before + 1) {
                            assertThat(worker.providers.running()).doesNotContain("0-5");
                        }
                    };
            worker.turn(1);
            cluster.job(0, 5);
            worker.turn(20);

            assertThat(cluster.resultIds()).contains("0-2");
            assertThat(cluster.costs()).hasSize(2);
        }

        @Test
        void callOfARecordWithALaterTimestampIsAnnounced() {
            var worker = afterOneJob();
            cluster.jobWrittenAt(0, SECOND, worker.time.clock().now().plusSeconds(16));

            assertCallNeedsATransaction(worker, "0-2");
        }

        @Test
        void callThatNoClientAwaitsIsAnnounced() {
            cluster.lane = Lane.HIGH;
            var worker = afterOneJob();
            cluster.job(0, SECOND);

            assertThat(standing(0)).isEqualTo(OffsetRange.NONE);
            assertCallNeedsATransaction(worker, "0-2");
        }

        @ParameterizedTest
        @ValueSource(strings = {"max_attempts: 2", "max_in_flight: 3"})
        void everyCallIsAnnounced(String settings) {
            var worker = afterOneJob(settings);
            cluster.job(0, SECOND);

            assertThat(standing(0)).isEqualTo(OffsetRange.NONE);
            assertCallNeedsATransaction(worker, "0-2");
        }
    }

    @Nested
    class ASuccessor {
        private void assertOneUncertainAttempt() {
            assertThat(cluster.costs())
                    .filteredOn(it -> it.kind() == CostKind.UNCERTAIN)
                    .extracting(CostEvent::attempt, CostEvent::isFinal)
                    .containsExactly(tuple(1, false));
        }

        @Test
        void callUnderAStandingIntentIsUncertainAndRepeated() {
            var worker = afterOneJob();
            cluster.job(0, SECOND);
            worker.turn(1);
            assertThat(worker.providers.running()).containsExactly("0-2");
            var successor = new TestWorker(cluster).owning(0);

            assertThat(successor.providers.running()).containsExactly("0-2");
            assertOneUncertainAttempt();
            successor.providers.answer("0-2");
            successor.turn(1);
            assertThat(cluster.results().getLast().attempts()).isEqualTo(2);
        }

        @Test
        void jobThatWasNeverCalledCountsToo() {
            var _ = afterOneJob();
            cluster.job(0, SECOND);
            var successor = new TestWorker(cluster).owning(0);

            assertThat(successor.providers.running()).containsExactly("0-2");
            assertOneUncertainAttempt();
        }

        @Test
        void jobWrittenLongAfterTheIntentWasNeverCalled() {
            var worker = afterOneJob();
            cluster.jobWrittenAt(0, SECOND, worker.time.clock().now().plusSeconds(16));
            var successor = new TestWorker(cluster).owning(0);

            assertThat(successor.providers.running()).containsExactly("0-2");
            assertThat(cluster.costs()).hasSize(1);
            successor.providers.answer("0-2");
            successor.turn(1);
            assertThat(cluster.results().getLast().attempts()).isEqualTo(1);
        }

        @ParameterizedTest
        @CsvSource({"-50, 2", "16000, 1"})
        void brokersTimestampTellsWhetherAnExpressJobMayHaveBeenCalled(long millis, int attempts) {
            cluster.expressJobAppendedAt(0, FakeCluster.SUBMITTED);
            var worker = new TestWorker(cluster).owning(Lane.EXPRESS);
            worker.providers.answer("express-0");
            worker.turn(2);
            cluster.expressJobAppendedAt(SECOND, FakeCluster.SUBMITTED.plusMillis(millis));
            var successor = new TestWorker(cluster).owning(Lane.EXPRESS);
            successor.providers.answer("express-2");
            successor.turn(1);

            assertThat(cluster.results().getLast().attempts()).isEqualTo(attempts);
        }

        @Test
        void jobThatWasSubmittedAfterALongHeldOneWasNeverCalled() {
            cluster.jobWrittenAt(0, 0, FakeCluster.SUBMITTED.minusSeconds(60));
            var worker = new TestWorker(cluster).owning(0);
            worker.providers.answer("0-0");
            worker.turn(2);
            cluster.jobWrittenAt(0, SECOND, FakeCluster.SUBMITTED.minusSeconds(59));
            var successor = new TestWorker(cluster).owning(0);

            assertThat(successor.providers.running()).containsExactly("0-2");
            assertThat(cluster.costs()).hasSize(1);
        }

        @Test
        void jobBehindTheIntentsIsNew() {
            var _ = afterOneJob();
            long behind = standing(0).to();
            cluster.job(0, behind);
            var successor = new TestWorker(cluster).owning(0);

            assertThat(successor.providers.running()).containsExactly("0-" + behind);
            assertThat(cluster.costs()).hasSize(1);
        }

        @Test
        void inheritedIntentsAreKnownToTheNextSuccessor() {
            var _ = afterOneJob();
            cluster.job(1, 0);
            var successor = new TestWorker(cluster).owning(0, 1);
            successor.turn(1);
            successor.time.advance(ofMinutes(2));
            successor.turn(2);
            cluster.job(0, SECOND);
            var second = new TestWorker(cluster).owning(0);

            assertThat(second.providers.running()).containsExactly("0-2");
            assertOneUncertainAttempt();
        }

        @Test
        void inheritedIntentStartsNoCallByItself() {
            var _ = afterOneJob();
            var successor = new TestWorker(cluster).owning(0);
            cluster.job(0, SECOND);

            assertCallNeedsATransaction(successor, "0-2");
            assertThat(cluster.openJobs()).containsExactly(new OpenJob(SECOND, 2, true));
        }
    }

    @Nested
    class Renewal {
        @Test
        void intentsOfAnActivePartitionAreRenewedAfterHalfTheSendWindow() {
            var worker = afterOneJob();
            worker.time.advance(ofSeconds(20));
            worker.turn(2);
            int before = worker.log.attempts.size();
            worker.time.advance(ofSeconds(7));
            worker.turn(2);
            assertThat(worker.log.attempts).hasSize(before);

            worker.time.advance(ofSeconds(1));
            worker.turn(2);
            assertThat(worker.log.attempts).hasSize(before + 1);
            worker.time.advance(ofSeconds(5));
            cluster.job(0, SECOND);
            worker.turn(1);
            assertThat(worker.providers.running()).containsExactly("0-2");
            assertThat(worker.log.attempts).hasSize(before + 1);
        }

        @Test
        void unusedIntentsAreRenewedBeforeTheyEndAndLessAndLessOften() {
            cluster.jobWrittenAt(0, 0, FakeCluster.SUBMITTED);
            var worker = new TestWorker(cluster).owning(0);
            worker.providers.answer("0-0");
            worker.turn(2);
            int before = worker.log.attempts.size();
            worker.turn(60);
            assertThat(worker.time.passed()).isGreaterThan(ofSeconds(2));
            assertThat(worker.log.attempts).hasSizeBetween(before + 2, before + 5);

            int renewed = worker.log.attempts.size();
            cluster.jobWrittenAt(0, SECOND, FakeCluster.SUBMITTED.plus(worker.time.passed()));
            worker.turn(1);
            assertThat(worker.providers.running()).containsExactly("0-2");
            assertThat(worker.log.attempts).hasSize(renewed);
        }

        @Test
        void runningCallIsListedAfterASecond() {
            var worker = afterOneJob();
            cluster.job(0, SECOND);
            worker.turn(1);
            worker.time.advance(ofMillis(800));
            worker.turn(1);
            assertThat(cluster.openJobs()).isEmpty();
            worker.time.advance(ofMillis(200));
            worker.turn(1);

            assertThat(cluster.openJobs()).containsExactly(new OpenJob(SECOND, 1, true));
        }

        @Test
        void intentsOfAnIdlePartitionAreWithdrawnOnce() {
            var worker = afterOneJob();
            worker.time.advance(ofSeconds(61));
            worker.turn(2);
            assertThat(standing(0)).isEqualTo(OffsetRange.NONE);

            int before = worker.log.attempts.size();
            worker.time.advance(ofSeconds(30));
            worker.turn(2);
            assertThat(worker.log.attempts).hasSize(before);
        }

        @Test
        void intentsOfAReleasedPartitionAreWithdrawn() {
            var worker = afterOneJob();
            worker.source.revoke(0);
            worker.turn(1);

            assertThat(standing(0)).isEqualTo(OffsetRange.NONE);
        }

        @Test
        void quarterOfTheFreeSlotsIsSharedByActivePartitions() {
            cluster.job(0, 0);
            cluster.job(1, 0);
            var worker = new TestWorker(cluster, "max_in_flight: 40").owning(0, 1);
            worker.turn(1);
            worker.providers.running().forEach(worker.providers::answer);
            worker.turn(2);

            // Of 40 slots, one is reserved.
            assertThat(standing(0).countFrom(0)).isEqualTo(4);
            assertThat(standing(1).countFrom(0)).isEqualTo(4);
        }

        @Test
        void quarterIncludesIntentsForLaterRecordsAmongInheritedOnes() {
            var _ = afterOneJob("max_in_flight: 40");
            var successor = new TestWorker(cluster, "max_in_flight: 40").owning(0, 1);
            cluster.job(0, SECOND);
            successor.turn(1);
            successor.providers.answer("0-2");
            successor.turn(2);
            assertThat(standing(0).countFrom(0)).isEqualTo(8);
            cluster.job(1, 0);
            successor.turn(1);
            successor.providers.answer("1-0");
            successor.turn(2);

            // Of 40 slots, one is reserved.
            assertThat(standing(1).countFrom(0)).isEqualTo(1);
        }

        @Test
        void noIntentStandsWhileAJobWaits() {
            cluster.jobs(0, 41);
            var worker = new TestWorker(cluster, "max_in_flight: 40").owning(0);
            for (int i = 0; i < 38; i++) {
                worker.providers.answer("0-" + i);
            }
            worker.turn(2);
            assertThat(worker.providers.running()).hasSize(3);
            assertThat(standing(0)).isNotEqualTo(OffsetRange.NONE);

            worker.control.publish(
                    new ControlKey.PauseModel(FakeCluster.MODEL),
                    FakeCluster.SUBMITTED.plusSeconds(1));
            cluster.job(0, 42);
            worker.turn(3);
            worker.providers.running().forEach(worker.providers::answer);
            worker.turn(3);
            assertThat(cluster.committedOffset(0)).isEqualTo(42);
            assertThat(standing(0)).isEqualTo(OffsetRange.NONE);
        }

        @Test
        void fastPartitionHasMoreIntents() {
            var worker = afterOneJob();
            cluster.jobs(0, 100);
            worker.turn(2);
            worker.providers.running().forEach(worker.providers::answer);
            worker.turn(2);

            assertThat(standing(0).countFrom(0)).isEqualTo(100);
        }
    }
}
