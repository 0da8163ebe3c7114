package dev.millrace.worker.loop;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.loop.FakeCluster.TransactionOutcome;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The way of a job from its record to its result. */
class WorkerLoopTest {
    private final FakeCluster cluster = new FakeCluster();

    private long committedOffset() {
        return cluster.committedOffset(0);
    }

    @Nested
    class AnAnsweredJob {
        @Test
        void answeredJobHasItsResultCostAndOffsetInOneTransaction() {
            cluster.job(0, 5);
            var worker = new TestWorker(cluster).owning(0);
            worker.providers.answer("0-5");
            worker.turn(1);

            assertThat(worker.log.attempts.getLast().records()).hasSize(2);
            assertThat(worker.log.attempts.getLast().offsets())
                    .containsOnlyKeys(FakeCluster.partition(0));
            assertThat(cluster.resultIds()).containsExactly("0-5");
            assertThat(cluster.costs()).hasSize(1);
            assertThat(cluster.costs().getFirst().isFinal()).isTrue();
            assertThat(cluster.costs().getFirst().kind()).isEqualTo(CostKind.BILLED);
            assertThat(cluster.results().getFirst().costUsd())
                    .isEqualByComparingTo(new BigDecimal("0.0012"));
            assertThat(committedOffset()).as("behind the control record").isEqualTo(7);
        }

        @Test
        void offsetAdvancesOverControlRecords() {
            cluster.job(0, 5);
            var worker = new TestWorker(cluster).owning(0);
            worker.providers.answer("0-5");
            worker.turn(1);
            worker.source.passControlRecords(0, 9);
            worker.turn(2);

            assertThat(committedOffset()).isEqualTo(9);
        }

        @Test
        void finishedJobIsNotRepeatedByTheNextOwner() {
            cluster.jobs(0, 6);
            var first = new TestWorker(cluster).owning(0);
            List.of("0-1", "0-4", "0-5").forEach(first.providers::answer);
            first.turn(1);
            assertThat(committedOffset()).isZero();

            var second = new TestWorker(cluster).owning(0);

            assertThat(second.providers.calls).containsExactly("0-0", "0-2", "0-3");
            second.providers.running().forEach(second.providers::answer);
            second.turn(2);
            assertThat(cluster.resultIds())
                    .containsExactlyInAnyOrder("0-0", "0-1", "0-2", "0-3", "0-4", "0-5");
        }
    }

    @Nested
    class AFailedAttempt {
        private final TestWorker worker;

        AFailedAttempt() {
            cluster.job(0, 0);
            worker = new TestWorker(cluster, "max_attempts: 3").owning(0);
        }

        private void fail(ErrorCode error, Duration retryAfter) {
            worker.providers.end("0-0", FakeProviders.failed(error, retryAfter, Billing.UNCERTAIN));
            worker.turn(1);
        }

        @Test
        void failedAttemptIsRetriedAfterTheRequestedWait() {
            fail(ErrorCode.RATE_LIMIT_EXCEEDED, Duration.ofSeconds(10));
            worker.time.advance(Duration.ofMillis(9_899));
            worker.turn(1);
            assertThat(worker.providers.calls).hasSize(1);

            worker.time.advance(Duration.ofMillis(1_101));
            worker.turn(1);
            assertThat(worker.providers.calls).hasSize(2);
        }

        @Test
        void lastAttemptEndsTheJob() {
            for (int i = 0; i < 3; i++) {
                fail(ErrorCode.SERVER_ERROR, Duration.ofSeconds(1));
                worker.time.advance(Duration.ofSeconds(2));
                worker.turn(1);
            }

            assertThat(worker.providers.attempts).containsExactly(1, 2, 3);
            assertThat(cluster.results().getFirst().errorCode()).isEqualTo("server_error");
            assertThat(cluster.results().getFirst().attempts()).isEqualTo(3);
            assertThat(cluster.costs()).extracting(CostEvent::attempt).containsExactly(1, 2, 3);
            assertThat(cluster.costs()).filteredOn(CostEvent::isFinal).hasSize(1);
        }

        @Test
        void retryWaitsForTheBudgetUnlessTheProviderRequestedAWait() {
            cluster.jobs(0, 100);
            String settings = "retry_budget: { ratio: 0, window: 1s }, " + TestWorker.NO_BREAKER;
            var other = new TestWorker(cluster, settings).owning(0);
            failAll(other, ErrorCode.SERVER_ERROR);
            assertThat(other.providers.calls).as("one a second").hasSize(101);

            other.time.advance(Duration.ofMillis(1_200));
            other.turn(1);
            assertThat(other.providers.calls).hasSize(102);

            cluster.committed.clear();
            cluster.outputs.clear();
            var third = new TestWorker(cluster, settings).owning(0);
            failAll(third, ErrorCode.RATE_LIMIT_EXCEEDED);
            for (int second = 0; second < 20; second++) {
                third.time.advance(Duration.ofSeconds(1));
                third.turn(1);
                third.providers.running().forEach(third.providers::answer);
            }
            assertThat(third.providers.calls).as("at a lower rate").hasSize(200);
        }

        private void failAll(TestWorker owner, ErrorCode error) {
            var failed = FakeProviders.failed(error, Duration.ofMillis(1), Billing.NOTHING);
            owner.providers.running().forEach(id -> owner.providers.end(id, failed));
            owner.turn(1);
            owner.time.advance(Duration.ofMillis(10));
            owner.turn(1);
        }

        @Test
        void finalErrorEndsTheJob() {
            fail(ErrorCode.VALIDATION_ERROR, Duration.ofSeconds(1));

            assertThat(cluster.results().getFirst().errorCode()).isEqualTo("validation_error");
        }

        @Test
        void unusableAnswerIsRetriedOnce() {
            fail(ErrorCode.INVALID_RESPONSE, Duration.ofMillis(1));
            worker.time.advance(Duration.ofSeconds(1));
            worker.turn(1);
            fail(ErrorCode.INVALID_RESPONSE, Duration.ofMillis(1));

            assertThat(worker.providers.calls).hasSize(2);
            assertThat(cluster.results().getFirst().errorCode()).isEqualTo("invalid_response");
        }
    }

    @Nested
    class ADeadline {
        @Test
        void passedDeadlineEndsTheJobWithoutACall() {
            cluster.job(0, 0, FakeCluster.MODEL, FakeCluster.SUBMITTED);
            var worker = new TestWorker(cluster).owning(0);

            assertThat(worker.providers.calls).isEmpty();
            assertThat(cluster.results().getFirst().errorCode()).isEqualTo("deadline_exceeded");
            assertThat(cluster.costs().getFirst().kind()).isEqualTo(CostKind.NONE);
        }

        @Test
        void waitBeyondTheDeadlineEndsTheJobAtOnce() {
            cluster.job(0, 0, FakeCluster.MODEL, FakeCluster.SUBMITTED.plusSeconds(30));
            var worker = new TestWorker(cluster).owning(0);
            worker.providers.end(
                    "0-0",
                    FakeProviders.failed(
                            ErrorCode.RATE_LIMIT_EXCEEDED,
                            Duration.ofSeconds(60),
                            Billing.NOTHING));
            worker.turn(1);

            assertThat(cluster.results().getFirst().errorCode()).isEqualTo("deadline_exceeded");
        }
    }

    @Nested
    class UnreadableInput {
        @Test
        void unreadableMetadataStopsOnlyItsPartition() {
            cluster.jobs(0, 1);
            cluster.jobs(1, 1);
            cluster.committed.put(FakeCluster.partition(0), new OffsetAndMetadata(0, "9xyz"));
            var worker = new TestWorker(cluster).owning(0, 1);

            assertThat(worker.providers.calls).containsExactly("1-0");
            assertThat(worker.loop.health().ready()).isFalse();
            assertThat(worker.loop.health().detail()).contains("millrace.jobs.m.normal-0");
            assertThat(worker.registry.get("millrace.worker.partitions.stopped").gauge().value())
                    .isEqualTo(1);
        }

        @Test
        void unreadableJobBecomesADeadLetterWithItsHeaders() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster).owning(0);
            worker.providers.reportUnreadable("0-0");
            worker.turn(1);

            var letter = cluster.deadLetters().getFirst();
            assertThat(MillraceHeaders.text(letter.headers(), MillraceHeaders.TENANT))
                    .contains("t");
            assertThat(MillraceHeaders.text(letter.headers(), MillraceHeaders.JOB_ID))
                    .contains(FakeCluster.jobId(0, 0).value());
        }

        @Test
        void unreadableHeadersBecomeADeadLetter() {
            cluster.record(0, 0, new RecordHeaders(), "{}");
            cluster.job(0, 1);
            var worker = new TestWorker(cluster).owning(0);
            worker.turn(2);

            assertThat(cluster.deadLetters()).hasSize(1);
            assertThat(worker.providers.calls).containsExactly("0-1");
            assertThat(committedOffset()).isEqualTo(1);
        }
    }

    @Nested
    class AnUnservedModel {
        @Test
        void jobOfAnUnservedModelEndsWithAResult() {
            cluster.job(0, 0, "gone", null);
            var worker = new TestWorker(cluster).owning(0);
            worker.turn(1);

            assertThat(cluster.results().getFirst().errorCode()).isEqualTo("unknown_model");
            assertThat(cluster.costs()).singleElement().matches(CostEvent::isFinal);
        }
    }

    @Nested
    class UnderLoad {
        @Test
        void runningCallsNeverExceedTheLimit() {
            cluster.jobs(0, 10);
            var worker = new TestWorker(cluster, "max_in_flight: 3").owning(0);
            assertThat(worker.providers.running()).hasSize(3);

            worker.providers.answer(worker.providers.running().iterator().next());
            worker.turn(1);
            assertThat(worker.providers.running()).hasSize(3);
        }

        @Test
        void fullPartitionIsPausedAndResumedWhenThereIsRoom() {
            cluster.jobs(0, 10);
            var worker = new TestWorker(cluster, "max_open_per_partition: 4").owning(0);
            assertThat(worker.providers.calls).hasSize(4);
            assertThat(worker.source.paused).contains(FakeCluster.partition(0));

            worker.providers.running().forEach(worker.providers::answer);
            worker.turn(3);
            assertThat(worker.providers.calls).hasSize(8);
            worker.providers.running().forEach(worker.providers::answer);
            worker.turn(3);
            assertThat(worker.source.paused).isEmpty();
        }

        @Test
        void heldBytesExceedTheLimitByAtMostOnePoll() {
            for (int offset = 0; offset < 10; offset++) {
                cluster.largeJob(0, offset, 300_000);
            }
            var worker = new TestWorker(cluster, "max_held_bytes: 1228KiB");
            worker.source.maxPollRecords = 2;
            worker.owning(0);
            worker.turn(5);

            assertThat(worker.providers.calls).hasSize(4);
            worker.providers.answer("0-0");
            worker.turn(5);
            assertThat(worker.providers.calls).hasSizeBetween(5, 6);
        }

        @Test
        void firstCommitsFollowAtOnceAndLaterOnesAreSpaced() {
            cluster.jobs(0, 10);
            var worker = new TestWorker(cluster, "commit_interval: 50ms").owning(0);
            worker.time.advance(ofSeconds(1));
            worker.providers.answer("0-0");
            worker.turn(1);
            assertThat(worker.resultTransactions()).isEqualTo(1);

            var before = worker.time.now();
            for (int i = 1; i < 10; i++) {
                worker.providers.answer("0-" + i);
                worker.turn(1);
            }
            worker.turn(1);
            assertThat(cluster.resultIds()).hasSize(10);
            long spaced = worker.resultTransactions() - 6;
            assertThat(Duration.between(before, worker.time.now()))
                    .isGreaterThanOrEqualTo(Duration.ofMillis(50).multipliedBy(spaced));
            assertThat(spaced).isPositive();
        }
    }

    @Nested
    class AtItsEnd {
        @Test
        void runningCallsAreCommittedAndEverythingIsClosed() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster).owning(0);
            worker.mailbox.duringNextWait = () -> worker.providers.answer("0-0");
            worker.loop.stop();
            worker.loop.run(List.of(FakeCluster.TOPIC));

            assertThat(cluster.resultIds()).containsExactly("0-0");
            assertThat(worker.source.isClosed && worker.log.isClosed && worker.providers.isClosed)
                    .isTrue();
            assertThat(worker.loop.health().live()).isFalse();
        }

        @Test
        void failedLoopDrainsNothing() {
            cluster.job(0, 0);
            cluster.job(0, 1);
            var worker = new TestWorker(cluster).owning(0);
            cluster.nextOutcomes.addAll(Collections.nCopies(10, TransactionOutcome.FENCED));
            worker.providers.answer("0-0");
            var before = worker.time.now();
            worker.loop.run(List.of(FakeCluster.TOPIC));

            assertThat(worker.loop.health().live()).isFalse();
            assertThat(worker.providers.cancelled).containsExactly("0-1");
            assertThat(Duration.between(before, worker.time.now()))
                    .as("no drain timeout is waited for")
                    .isLessThan(Duration.ofMinutes(1));
        }

        @Test
        void secondStopWaitsForNoCall() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster).owning(0);
            worker.mailbox.duringNextWait = worker.loop::stopNow;
            worker.loop.stop();
            worker.loop.run(List.of(FakeCluster.TOPIC));

            assertThat(cluster.results()).isEmpty();
            assertThat(worker.providers.cancelled).containsExactly("0-0");
        }
    }
}
