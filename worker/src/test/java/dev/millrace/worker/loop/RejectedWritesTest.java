package dev.millrace.worker.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.contracts.service.StoppedPartition.Reason;
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.commit.Committer;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Results and offsets that the cluster always refuses. */
class RejectedWritesTest {
    private static final int LIMIT = 2_000;
    private static final String SLOW = "slow";

    /** The worker asks so often whether a topic was created again. */
    private static final Duration TOPIC_CHECK = Duration.ofSeconds(30);

    private final FakeCluster cluster = new FakeCluster();

    private static Verdict answerOf(int bytes) {
        byte[] body = ("{\"a\":\"" + "x".repeat(bytes) + "\"}").getBytes(UTF_8);
        return new Verdict.Answered(
                new Verdict.Response(200, ResponseHeaders.NONE, ProviderBody.of(body)),
                new Billing.Billed(TokenUsage.of(1_000, 100)));
    }

    @Nested
    class AResultThatIsTooLarge {
        @Test
        void tooLargeResultBecomesASmallErrorWithItsCost() {
            cluster.jobs(0, 3);
            var worker = new TestWorker(cluster).owning(0);
            cluster.maxResultBytes = LIMIT;
            worker.providers.answer("0-0");
            worker.providers.end("0-1", answerOf(LIMIT));
            worker.providers.answer("0-2");
            for (int i = 0; i < 4; i++) {
                worker.turn(60);
            }

            assertThat(cluster.resultIds()).containsExactlyInAnyOrder("0-0", "0-1", "0-2");
            var refused =
                    cluster.results().stream()
                            .filter(it -> it.customId().equals("0-1"))
                            .findFirst();
            assertThat(refused)
                    .hasValueSatisfying(
                            it -> {
                                assertThat(it.errorCode()).isEqualTo("response_too_large");
                                assertThat(it.costUsd()).isEqualByComparingTo("0.0012");
                            });
            assertThat(cluster.costs())
                    .filteredOn(it -> it.jobId().equals(FakeCluster.jobId(0, 1)))
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(it.isFinal()).isTrue();
                                assertThat(it.kind()).isEqualTo(CostKind.BILLED);
                                assertThat(it.costUsd())
                                        .isEqualByComparingTo(new BigDecimal("0.0012"));
                            });
            assertThat(cluster.openJobs()).isEmpty();
            assertThat(worker.providers.calls).hasSize(3);
            assertThat(worker.loop.health().ready()).isTrue();
        }

        @Test
        void errorLeavesOutPassagesThatAreTooLargeToo() {
            cluster.job(0, 0);
            cluster.passages(0, 0, "{\"a\":\"" + "x".repeat(LIMIT) + "\"}");
            var worker = new TestWorker(cluster).owning(0);
            cluster.maxResultBytes = LIMIT;
            worker.providers.answer("0-0");
            worker.turn(240);

            assertThat(cluster.results())
                    .singleElement()
                    .satisfies(it -> assertThat(it.errorCode()).isEqualTo("response_too_large"));
            assertThat(worker.stopReasons()).isEmpty();
        }

        @Test
        void answerThatIsTooLargeForItsTopicCostsOnlyTheSharing() {
            cluster.sharedJob(0, 0);
            var worker = new TestWorker(cluster).owning(0);
            cluster.maxAnswerBytes = LIMIT;
            worker.providers.end("0-0", answerOf(LIMIT));
            worker.turn(180);

            assertThat(cluster.results())
                    .singleElement()
                    .satisfies(it -> assertThat(it.errorCode()).isNull());
            assertThat(cluster.outputs)
                    .filteredOn(it -> it.topic().equals("millrace.answers"))
                    .singleElement()
                    .satisfies(it -> assertThat(it.value()).isNull());
            assertThat(cluster.costs()).filteredOn(CostEvent::isFinal).hasSize(1);
        }

        @Test
        void sharedResultThatIsTooLargeBecomesASmallError() {
            cluster.sharedJob(0, 0);
            var worker = new TestWorker(cluster).owning(0);
            cluster.maxResultBytes = LIMIT;
            worker.providers.end("0-0", answerOf(LIMIT));
            worker.turn(240);

            assertThat(cluster.results())
                    .singleElement()
                    .satisfies(it -> assertThat(it.errorCode()).isEqualTo("response_too_large"));
            assertThat(cluster.costs()).filteredOn(CostEvent::isFinal).hasSize(1);
        }

        @Test
        void resultThatIsTooLargeWithoutItsAnswerStopsItsPartition() {
            cluster.job(0, 0);
            cluster.job(1, 0);
            var worker = new TestWorker(cluster).owning(0, 1);
            cluster.maxResultBytes = 10;
            worker.providers.answer("0-0");
            worker.turn(300);
            assertThat(worker.loop.health().detail())
                    .contains("jobs.m.normal-0 is stopped: its writes are rejected");
            assertThat(worker.stopReasons()).containsExactly(Reason.WRITES_REJECTED);

            cluster.maxResultBytes = LIMIT;
            worker.time.advance(Committer.REJECTED_RETRY);
            worker.turn(20);

            assertThat(cluster.resultIds()).containsExactly("0-0");
            assertThat(cluster.costs()).filteredOn(CostEvent::isFinal).hasSize(1);
            assertThat(worker.loop.health().ready()).isTrue();
        }
    }

    @Nested
    class ARejectedOffset {
        @Test
        void rejectedOffsetStopsOnlyItsPartition() {
            for (int partition = 0; partition < 5; partition++) {
                cluster.job(partition, 0);
            }
            var worker = new TestWorker(cluster).owning(0, 1, 2, 3, 4);
            cluster.rejectedPartitions.add(FakeCluster.partition(3));
            for (int partition = 0; partition < 5; partition++) {
                worker.providers.answer(partition + "-0");
            }
            worker.turn(600);

            assertThat(cluster.resultIds()).containsExactlyInAnyOrder("0-0", "1-0", "2-0", "4-0");
            cluster.job(3, 2);
            cluster.job(4, 2);
            worker.turn(100);
            assertThat(worker.providers.calls).contains("4-2").doesNotContain("3-2");
        }

        @Test
        void rejectedOffsetIsRetriedEachMinuteUntilWrittenOnce() {
            cluster.jobs(0, 2);
            var worker = new TestWorker(cluster, "max_in_flight: 1").owning(0);
            cluster.rejectedPartitions.add(FakeCluster.partition(0));
            worker.providers.answer("0-0");
            worker.turn(300);
            assertThat(worker.providers.calls).containsExactly("0-0");

            cluster.rejectedPartitions.clear();
            worker.time.advance(Committer.REJECTED_RETRY.multipliedBy(2));
            worker.turn(100);
            assertThat(cluster.resultIds()).containsExactly("0-0");
            worker.time.advance(Committer.REJECTED_RETRY);
            worker.turn(20);
            assertThat(worker.providers.calls).containsExactly("0-0", "0-1");
        }

        @Test
        void unwrittenCallsKeepTheirSlots() {
            cluster.job(0, 0);
            cluster.jobs(1, 3);
            var worker = new TestWorker(cluster, "max_in_flight: 2").owning(0).owning(1);
            assertThat(worker.providers.running()).hasSize(2);
            cluster.rejectedPartitions.add(FakeCluster.partition(0));
            worker.providers.answer("0-0");
            worker.turn(300);

            assertThat(worker.providers.running()).hasSize(1);
        }

        @Test
        void rejectedResultsLeaveRoomForOtherModels() {
            for (int offset = 0; offset < 12; offset++) {
                cluster.jobOf(SLOW, offset, 1);
            }
            var worker =
                    new TestWorker(
                            cluster,
                            "max_held_bytes: 1MiB, max_in_flight: 16",
                            false,
                            FakeCluster.MODEL,
                            SLOW);
            worker.owning(SLOW);
            cluster.rejectedPartitions.add(FakeCluster.partition(SLOW));
            List.copyOf(worker.providers.running())
                    .forEach(it -> worker.providers.end(it, answerOf(100_000)));
            worker.turn(300);
            cluster.jobs(0, 1);
            worker.owning(0);
            worker.turn(5);
            assertThat(worker.providers.calls).contains("0-0");
            worker.providers.answer("0-0");
            worker.turn(5);
            assertThat(cluster.resultIds()).containsExactly("0-0");

            cluster.rejectedPartitions.clear();
            worker.time.advance(Committer.REJECTED_RETRY);
            worker.turn(20);
            assertThat(cluster.resultIds()).hasSize(13);
        }

        @Test
        void resultsAreWrittenBeforeARestartOnARecreatedTopic() {
            var worker = workerWithARefusedResult();
            cluster.topicId = "second";
            cluster.jobs.clear();
            cluster.job(0, 5);
            worker.time.advance(TOPIC_CHECK);
            worker.turn(5);
            assertThat(worker.providers.calls).containsExactly("0-0");

            cluster.rejectedPartitions.clear();
            worker.time.advance(Committer.REJECTED_RETRY);
            worker.turn(20);

            assertThat(cluster.resultIds()).containsExactly("0-0");
            assertThat(worker.providers.calls).containsExactly("0-0", "0-5");
        }

        @Test
        void resultsAreWrittenBeforeARequestedRestart() {
            cluster.jobs(0, 2);
            var worker = new TestWorker(cluster, "", true, FakeCluster.MODEL).owning(0);
            cluster.rejectedPartitions.add(FakeCluster.partition(0));
            worker.providers.answer("0-0");
            worker.providers.answer("0-1");
            worker.turn(300);

            cluster.rejectedPartitions.clear();
            worker.source.outOfRange(0, 2);
            worker.turn(3);
            worker.time.advance(Committer.REJECTED_RETRY);
            worker.turn(20);

            assertThat(cluster.resultIds()).containsExactlyInAnyOrder("0-0", "0-1");
        }

        @Test
        void offsetRejectedOnlyWithAnnouncedCallsStopsOnlyItsPartition() {
            cluster.jobs(0, 400);
            cluster.jobs(1, 2);
            var worker = new TestWorker(cluster, "max_in_flight: 1000");
            worker.log.onCommit = () -> refuseLongerMetadataThan(60, worker);
            worker.owning(0, 1);
            worker.turn(600);

            assertThat(worker.providers.calls).containsExactlyInAnyOrder("1-0", "1-1");
            assertThat(worker.loop.health().detail()).contains("jobs.m.normal-0 is stopped");
        }

        private void refuseLongerMetadataThan(int chars, TestWorker worker) {
            cluster.rejectedPartitions.clear();
            worker.log
                    .attempts
                    .getLast()
                    .offsets()
                    .forEach(
                            (id, offset) -> {
                                if (offset.metadata().length() > chars) {
                                    cluster.rejectedPartitions.add(id);
                                }
                            });
        }

        private TestWorker workerWithARefusedResult() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster).owning(0);
            cluster.rejectedPartitions.add(FakeCluster.partition(0));
            worker.providers.answer("0-0");
            worker.turn(300);
            assertThat(cluster.resultIds()).isEmpty();
            return worker;
        }

        @Test
        void rejectedOffsetIsRetriedWhenItsPartitionIsReleased() {
            var worker = workerWithARefusedResult();

            cluster.rejectedPartitions.clear();
            worker.source.revoke(0);
            worker.turn(1);
            assertThat(cluster.resultIds()).containsExactly("0-0");
        }
    }
}
