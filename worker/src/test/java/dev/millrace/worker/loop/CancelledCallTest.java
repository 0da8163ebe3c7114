package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Running calls of jobs that are cancelled together with their calls. */
class CancelledCallTest {
    private static final ControlKey BATCH = new ControlKey.CancelBatch("t", "b");
    private static final Instant LATER = FakeCluster.SUBMITTED.plusSeconds(1);

    private final FakeCluster cluster = new FakeCluster();

    private void assertCancelledOnce(int attempts, CostKind kind) {
        assertThat(cluster.results())
                .singleElement()
                .satisfies(
                        it -> {
                            assertThat(it.errorCode()).isEqualTo("cancelled");
                            assertThat(it.attempts()).isEqualTo(attempts);
                        });
        assertThat(cluster.costs().stream().filter(CostEvent::isFinal))
                .singleElement()
                .satisfies(it -> assertThat(it.kind()).isEqualTo(kind));
    }

    private TestWorker withRunningCall(String settings) {
        cluster.job(0, 0);
        return new TestWorker(cluster, settings).owning(0);
    }

    private static Verdict aborted(Billing billing) {
        return FakeProviders.failed(ErrorCode.CONNECTION_ERROR, null, billing);
    }

    private static void cancelWithCalls(TestWorker worker) {
        worker.control.publishWithCalls(BATCH, LATER);
        worker.turn(1);
    }

    @Nested
    class WhenItIsAborted {
        @Test
        void jobEndsAsCancelledWithTheUncertainCostOfItsCall() {
            var worker = withRunningCall("");

            cancelWithCalls(worker);
            assertThat(worker.providers.cancelled).containsExactly("0-0");
            assertThat(cluster.results()).isEmpty();
            worker.providers.end("0-0", aborted(Billing.UNCERTAIN));
            worker.turn(2);

            assertCancelledOnce(1, CostKind.UNCERTAIN);
            assertThat(cluster.costs())
                    .singleElement()
                    .satisfies(it -> assertThat(it.costUsd()).isPositive());
        }

        @Test
        void jobEndsAsCancelledAfterItsLastAttempt() {
            var worker = withRunningCall("max_attempts: 1");

            cancelWithCalls(worker);
            worker.providers.end("0-0", aborted(Billing.UNCERTAIN));
            worker.turn(2);

            assertCancelledOnce(1, CostKind.UNCERTAIN);
        }

        @Test
        void callThatWasNotSentCostsNothing() {
            var worker = withRunningCall("");

            cancelWithCalls(worker);
            worker.providers.endUncalled("0-0", aborted(Billing.NOTHING));
            worker.turn(2);

            assertCancelledOnce(0, CostKind.NONE);
        }

        @Test
        void lostCallEndsAsCancelled() {
            var worker = withRunningCall("timeouts: { total: 10s }");
            cancelWithCalls(worker);

            for (int step = 0; step < 8; step++) {
                worker.time.advance(Duration.ofSeconds(10));
                worker.turn(1);
            }
            worker.turn(2);

            assertCancelledOnce(1, CostKind.UNCERTAIN);
        }

        @Test
        void noBreakerCountsItAsAFailure() {
            var worker = new TestWorker(cluster, "breaker: { window: 2, minimum_calls: 2 }");
            cluster.jobs(0, 4);
            worker.owning(0);

            cancelWithCalls(worker);
            worker.providers
                    .running()
                    .forEach(it -> worker.providers.end(it, aborted(Billing.UNCERTAIN)));
            worker.turn(2);

            assertThat(cluster.results())
                    .hasSize(4)
                    .allSatisfy(it -> assertThat(it.errorCode()).isEqualTo("cancelled"));
            assertThat(worker.loop.health().detail()).doesNotContain("breaker");
        }
    }

    @Nested
    class WhenItEndsBeforeItIsAborted {
        @Test
        void jobKeepsItsAnswer() {
            var worker = withRunningCall("");
            cancelWithCalls(worker);

            worker.providers.answer("0-0");
            worker.turn(2);

            assertThat(cluster.results())
                    .singleElement()
                    .satisfies(it -> assertThat(it.errorCode()).isNull());
            assertThat(cluster.costs())
                    .singleElement()
                    .satisfies(it -> assertThat(it.kind()).isEqualTo(CostKind.BILLED));
        }
    }

    @Nested
    class WhenItsJobWasSubmittedLater {
        @Test
        void callContinues() {
            cluster.jobSubmitted(0, 0, LATER.plusMillis(1));
            var worker = new TestWorker(cluster).owning(0);

            cancelWithCalls(worker);

            assertThat(worker.providers.running()).containsExactly("0-0");
            assertThat(worker.providers.cancelled).isEmpty();
        }
    }

    @Nested
    class WhenItsJobIsCancelledAgain {
        @Test
        void callOfAnEarlierPlainCancellationIsAborted() {
            var worker = withRunningCall("");
            worker.control.publish(BATCH, LATER);
            worker.turn(2);
            assertThat(worker.providers.cancelled).isEmpty();

            cancelWithCalls(worker);

            assertThat(worker.providers.cancelled).containsExactly("0-0");
        }
    }

    @Nested
    class WhenItsWorkerDies {
        @Test
        void successorEndsTheJobAsCancelledWithTheUncertainCost() {
            cancelWithCalls(withRunningCall("max_attempts: 1"));

            var successor = new TestWorker(cluster, "max_attempts: 1");
            successor.control.publishWithCalls(BATCH, LATER);
            successor.turn(1);
            successor.owning(0);

            assertThat(successor.providers.calls).isEmpty();
            assertCancelledOnce(1, CostKind.UNCERTAIN);
        }
    }

    @Nested
    class WhileItsPartitionIsDrained {
        @Test
        void callIsAbortedAndItsJobEndsHere() {
            var worker = withRunningCall("");
            worker.control.publishWithCalls(BATCH, LATER);
            endWhenCancelled(worker);

            worker.source.revoke(0);
            worker.turn(1);

            assertCancelledOnce(1, CostKind.UNCERTAIN);
        }

        private void endWhenCancelled(TestWorker worker) {
            worker.mailbox.duringNextWait =
                    () -> {
                        if (worker.providers.cancelled.contains("0-0")) {
                            worker.providers.end("0-0", aborted(Billing.UNCERTAIN));
                        } else {
                            endWhenCancelled(worker);
                        }
                    };
        }
    }
}
