package dev.millrace.worker.loop;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.ledger.OpenJob;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Which state a revoked partition takes along, and which stays. */
class RebalanceTest {
    private final FakeCluster cluster = new FakeCluster();

    @Nested
    class ARevokedPartition {
        @Test
        void partitionIsReleasedAfterItsRunningCallsAreCommitted() {
            cluster.jobs(0, 3);
            cluster.jobs(1, 1);
            var worker = new TestWorker(cluster, "max_in_flight: 3").owning(0, 1);
            assertThat(worker.providers.running()).hasSize(3);
            worker.mailbox.duringNextWait =
                    () -> worker.providers.running().forEach(worker.providers::answer);
            worker.source.revoke(0);
            worker.turn(1);
            var inZero = cluster.resultIds().stream().filter(it -> it.startsWith("0-")).toList();
            assertThat(inZero).isNotEmpty();

            var successor = new TestWorker(cluster).owning(0);
            assertThat(successor.providers.calls)
                    .doesNotContainAnyElementsOf(inZero)
                    .hasSize(3 - inZero.size());
        }

        @Test
        void callsThatOutlastTheDrainAreAborted() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster, "drain_timeout: 5s").owning(0);
            worker.source.revoke(0);
            worker.turn(1);

            assertThat(worker.providers.cancelled).containsExactly("0-0");
            assertThat(cluster.results()).isEmpty();
            assertThat(cluster.costs())
                    .singleElement()
                    .satisfies(
                            cost -> {
                                assertThat(cost.kind()).isEqualTo(CostKind.UNCERTAIN);
                                assertThat(cost.isFinal()).isFalse();
                            });
            worker.providers.answer("0-0");
            worker.turn(5);
            assertThat(cluster.results()).as("a late answer").isEmpty();
            assertThat(worker.registry.get("millrace.worker.calls.in.flight").gauge().value())
                    .isZero();
        }

        @Test
        void answersThatArriveBeforeTheReleaseAreCommitted() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster, "drain_timeout: 0s").owning(0);
            worker.providers.answer("0-0");
            worker.source.revoke(0);
            worker.turn(1);

            assertThat(cluster.resultIds()).containsExactly("0-0");
            assertThat(cluster.openJobs()).isEmpty();
            assertThat(worker.providers.cancelled).isEmpty();
        }

        @Test
        void waitingJobsAreReleasedAtOnceAndTheirCostIsCommitted() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster).owning(0);
            worker.providers.end(
                    "0-0",
                    FakeProviders.failed(
                            ErrorCode.TIMEOUT, Duration.ofHours(1), Billing.UNCERTAIN));
            worker.turn(1);
            var before = worker.time.now();
            worker.source.revoke(0);
            worker.turn(1);

            assertThat(Duration.between(before, worker.time.now())).isLessThan(ofSeconds(1));
            assertThat(cluster.costs()).hasSize(1);
            assertThat(cluster.costs().getFirst().eventId())
                    .isEqualTo(CostEvent.idOf(FakeCluster.jobId(0, 0), 1));
            assertThat(cluster.openJobs()).containsExactly(new OpenJob(0, 1, false));
        }
    }

    @Nested
    class ARetainedPartition {
        /** Ready and running jobs are fewer: the rest is admitted from the buffer. */
        private static final int POLLED = 1_600;

        private final Duration step = Duration.ofMillis(1);
        private Duration left = ofSeconds(20);

        @Test
        void retainedPartitionFinishesItsJobsDuringADrain() {
            cluster.job(0, 0);
            var worker =
                    new TestWorker(cluster, "max_in_flight: 100, drain_timeout: 30s").owning(0);
            cluster.jobs(1, POLLED);
            worker.owning(1).turn(10);
            worker.mailbox.duringNextWait = () -> answerAllOfTheStayingOne(worker);
            worker.source.revoke(0);
            worker.turn(1);

            assertThat(worker.providers.cancelled).containsExactly("0-0");
            assertThat(cluster.resultIds()).hasSize(POLLED);
        }

        private void answerAllOfTheStayingOne(TestWorker worker) {
            worker.providers.running().stream()
                    .filter(it -> it.startsWith("1-"))
                    .forEach(worker.providers::answer);
            worker.time.advance(step);
            left = left.minus(step);
            if (left.isPositive()) {
                worker.mailbox.duringNextWait = () -> answerAllOfTheStayingOne(worker);
            }
        }
    }

    @Nested
    class ALostPartition {
        @Test
        void lostPartitionIsNeverCommittedEvenAfterReassignment() {
            cluster.jobs(0, 2);
            var worker = new TestWorker(cluster).owning(0);
            worker.source.lose(0);
            worker.source.assign(0);
            worker.turn(1);
            worker.providers.cancelled.clear();
            worker.turn(3);
            assertThat(worker.providers.calls)
                    .as("both calls of before and after the loss")
                    .containsExactly("0-0", "0-1", "0-0", "0-1");
            worker.providers.running().forEach(worker.providers::answer);
            worker.turn(3);

            assertThat(cluster.resultIds()).containsExactlyInAnyOrder("0-0", "0-1");
        }
    }
}
