package dev.millrace.worker.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.ledger.OpenJob;
import dev.millrace.worker.loop.FakeCluster.TransactionOutcome;
import dev.millrace.worker.port.JobTopics;
import java.util.Collections;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A call is made only when it is known that it is made. */
class CallAnnouncementTest {
    private final FakeCluster cluster = new FakeCluster();

    @Nested
    class ACall {
        @Test
        void callIsSentAfterTheCommitThatAnnouncesIt() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster);
            worker.log.onCommit = () -> assertThat(worker.providers.calls).isEmpty();
            worker.owning(0);

            assertThat(worker.providers.calls).containsExactly("0-0");
            assertThat(cluster.openJobs()).containsExactly(new OpenJob(0, 1, true));
        }

        @ParameterizedTest
        @EnumSource(
                value = TransactionOutcome.class,
                names = {"ABORTED", "UNKNOWN_AND_ABORTED", "UNKNOWN_BUT_WRITTEN"})
        void callIsNotSentIfTheCommitFails(TransactionOutcome outcome) {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster).owning();
            cluster.nextOutcomes.add(outcome);
            worker.source.assign(0);
            worker.turn(1);
            assertThat(worker.log.attempts).isNotEmpty();
            assertThat(worker.providers.calls).isEmpty();

            worker.turn(10);
            assertThat(worker.providers.calls).containsExactly("0-0");
            assertThat(cluster.openJobs()).containsExactly(new OpenJob(0, 1, true));
        }

        @Test
        void lateCallIsAnnouncedAgainAndCountsOnce() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster).owning(0);
            worker.providers.missSendWindow("0-0");
            worker.turn(2);

            assertThat(worker.providers.calls).containsExactly("0-0", "0-0");
            assertThat(cluster.openJobs()).containsExactly(new OpenJob(0, 1, true));
            worker.providers.answer("0-0");
            worker.turn(1);
            assertThat(cluster.results().getFirst().attempts()).isEqualTo(1);
        }

        @Test
        void tenthLateCallEndsTheJobUnbilled() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster).owning(0);
            for (int i = 0; i < 10; i++) {
                worker.providers.missSendWindow("0-0");
                worker.turn(1);
                worker.time.advance(ofSeconds(60));
                worker.turn(3);
            }

            assertThat(worker.providers.calls).hasSize(10).containsOnly("0-0");
            assertThat(cluster.results())
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(it.errorCode()).isEqualTo("connection_error");
                                assertThat(it.attempts()).isZero();
                            });
            assertThat(cluster.costs())
                    .singleElement()
                    .extracting(CostEvent::attempt, CostEvent::kind)
                    .containsExactly(0, CostKind.NONE);
            assertThat(worker.registry.get("millrace.worker.calls.late").counter().count())
                    .isEqualTo(10);
        }

        @Test
        void secondLateCallWaits() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster).owning(0);
            worker.providers.missSendWindow("0-0");
            worker.turn(2);
            worker.providers.missSendWindow("0-0");
            worker.turn(2);

            assertThat(worker.providers.calls).hasSize(2);
        }

        @Test
        void callExpiredBeforeSendingIsNoAttempt() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster).owning(0);
            worker.providers.endUncalled(
                    "0-0",
                    FakeProviders.failed(ErrorCode.DEADLINE_EXCEEDED, null, Billing.NOTHING));
            worker.turn(1);

            assertThat(cluster.results().getFirst().attempts()).isZero();
            assertThat(cluster.costs())
                    .singleElement()
                    .extracting(CostEvent::attempt, CostEvent::kind)
                    .containsExactly(0, CostKind.NONE);
        }

        @Test
        void lateCallReturnsItsRetryBudget() {
            var worker = failedOnceWithABudgetOfOneRetry();
            worker.time.advance(ofMillis(10));
            worker.turn(1);
            assertThat(worker.providers.calls).hasSize(2);

            worker.providers.missSendWindow("0-0");
            worker.turn(2);
            assertThat(worker.providers.calls).hasSize(3);
        }

        @Test
        void failedAnnouncementReturnsTheRetryBudget() {
            var worker = failedOnceWithABudgetOfOneRetry();
            cluster.nextOutcomes.add(TransactionOutcome.ABORTED);
            worker.time.advance(ofMillis(10));
            worker.turn(1);
            assertThat(worker.providers.calls).hasSize(1);

            worker.time.advance(ofMillis(100));
            worker.turn(1);
            assertThat(worker.providers.calls).hasSize(2);
        }

        private TestWorker failedOnceWithABudgetOfOneRetry() {
            cluster.job(0, 0);
            var worker =
                    new TestWorker(cluster, "retry_budget: { ratio: 0, window: 1s }").owning(0);
            worker.providers.end(
                    "0-0",
                    FakeProviders.failed(ErrorCode.SERVER_ERROR, ofMillis(1), Billing.NOTHING));
            worker.turn(1);
            return worker;
        }

        @Test
        void sendWindowIsAThirdOfTheSessionTimeout() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster);
            worker.topics.limits = new JobTopics.Limits(4_096, ofSeconds(30));
            long before = worker.time.clock().nanos();
            worker.owning(0);

            assertThat(worker.providers.windows.getFirst().sendByNanos() - before)
                    .isBetween(ofSeconds(10).toNanos(), ofSeconds(11).toNanos());
        }

        @Test
        void callEndsAtTheDeadlineOfItsJob() {
            cluster.job(0, 0, FakeCluster.MODEL, FakeCluster.SUBMITTED.plusSeconds(61));
            var worker = new TestWorker(cluster).owning(0);

            assertThat(
                            worker.providers.windows.getFirst().endByNanos()
                                    - worker.time.clock().nanos())
                    .isBetween(ofSeconds(59).toNanos(), ofSeconds(60).toNanos());
        }

        @Test
        void callKeepsItsSlotUntilItsEndIsCommitted() {
            cluster.jobs(0, 4);
            var worker = new TestWorker(cluster, "max_in_flight: 2").owning(0);
            cluster.nextOutcomes.add(TransactionOutcome.ABORTED);
            worker.providers.answer("0-0");
            worker.turn(1);
            assertThat(worker.providers.calls).hasSize(2);

            worker.turn(5);
            assertThat(worker.providers.calls).hasSize(3);
            assertThat(cluster.openJobs()).filteredOn(OpenJob::running).hasSize(2);
        }
    }

    @Nested
    class AnInheritedAttempt {
        private static void assertUncertainFirstAttempt(CostEvent cost) {
            assertThat(cost.kind()).isEqualTo(CostKind.UNCERTAIN);
            assertThat(cost.attempt()).isEqualTo(1);
        }

        @Test
        void inheritedAttemptIsUncertainCountsAndIsRepeated() {
            cluster.job(0, 0);
            new TestWorker(cluster).owning(0);
            var successor = new TestWorker(cluster).owning(0);

            assertThat(successor.providers.calls).containsExactly("0-0");
            assertThat(cluster.costs())
                    .singleElement()
                    .satisfies(
                            cost -> {
                                assertUncertainFirstAttempt(cost);
                                assertThat(cost.isFinal()).isFalse();
                            });
            successor.providers.answer("0-0");
            successor.turn(1);
            assertThat(cluster.results().getFirst().attempts()).isEqualTo(2);
            assertThat(cluster.costs()).extracting(CostEvent::attempt).containsExactly(1, 2);
        }

        @Test
        void poisonCandidateLeavesSlotsToOtherJobsOfItsModel() {
            cluster.jobs(0, 4_000);
            cluster.jobs(1, 4_000);
            String settings = "max_in_flight: 2000, max_attempts: 2";
            new TestWorker(cluster, settings + ", max_open_per_partition: 990")
                    .owning(0, 1)
                    .turn(200);

            var successor = new TestWorker(cluster, settings).owning(0, 1);
            successor.turn(300);

            assertThat(successor.providers.running()).hasSizeGreaterThan(1_500);
        }

        @Test
        void inheritedAttemptIsRecordedOnceThoughTheNewOwnerDies() {
            cluster.job(0, 0);
            new TestWorker(cluster).owning(0);
            cluster.nextOutcomes.addAll(Collections.nCopies(2, TransactionOutcome.ABORTED));
            new TestWorker(cluster).owning(0);
            assertThat(cluster.costs()).isEmpty();
            cluster.nextOutcomes.clear();
            new TestWorker(cluster).owning(0);

            assertThat(cluster.costs()).hasSize(1);
        }

        @Test
        void lastInheritedAttemptEndsTheJobAsFailed() {
            cluster.job(0, 0);
            for (int i = 0; i < 3; i++) {
                new TestWorker(cluster, "max_attempts: 3").owning(0);
            }
            var heir = new TestWorker(cluster, "max_attempts: 3").owning(0);
            heir.turn(1);

            assertThat(heir.providers.calls).isEmpty();
            assertThat(cluster.results().getFirst().errorCode()).isEqualTo("connection_error");
            assertThat(cluster.results().getFirst().attempts()).isEqualTo(3);
            assertThat(cluster.costs())
                    .extracting(CostEvent::attempt, CostEvent::isFinal)
                    .containsExactly(tuple(1, false), tuple(2, false), tuple(3, true));
        }

        private void bookedWithTheEnd(String model) {
            assertThat(cluster.costs())
                    .singleElement()
                    .satisfies(
                            cost -> {
                                assertUncertainFirstAttempt(cost);
                                assertThat(cost.isFinal()).isTrue();
                                assertThat(cost.model()).isEqualTo(model);
                                assertThat(cost.end())
                                        .matches(it -> it != null && it.attempts() == 1);
                            });
        }

        private TestWorker heirOf(String header, String text) {
            new TestWorker(cluster).owning(0);
            cluster.replaceHeader(0, 0, new RecordHeader(header, text.getBytes(UTF_8)));
            return new TestWorker(cluster).owning(0);
        }

        @Test
        void attemptAtAnUnservedModelIsRecordedWithTheEndOfTheJob() {
            cluster.job(0, 0);
            heirOf(MillraceHeaders.CHAIN, "gone").turn(1);

            assertThat(cluster.results().getFirst().errorCode()).isEqualTo("unknown_model");
            assertThat(cluster.results().getFirst().attempts()).isEqualTo(1);
            bookedWithTheEnd("gone");
        }

        @Test
        void attemptOfAnUnreadableRecordIsRecordedWithTheEndOfTheJob() {
            cluster.job(0, 0);
            cluster.replaceHeader(
                    0, 0, new RecordHeader(MillraceHeaders.REQUEST_PARTITION, "5".getBytes(UTF_8)));
            heirOf(MillraceHeaders.SCHEMA, "99").turn(1);

            bookedWithTheEnd(FakeCluster.MODEL);
        }

        @Test
        void poisonCandidateMakesItsLastAttemptAlone() {
            cluster.jobs(0, 3);
            new TestWorker(cluster, "max_attempts: 2").owning(0);
            cluster.job(0, 3);
            var heir = new TestWorker(cluster, "max_attempts: 2").owning(0);

            assertThat(heir.providers.running()).containsExactlyInAnyOrder("0-0", "0-3");
            heir.providers.answer("0-0");
            heir.turn(1);
            assertThat(heir.providers.running()).containsExactlyInAnyOrder("0-1", "0-3");
        }
    }
}
