package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.service.Health;
import dev.millrace.worker.answer.Billing;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Only cancelled or paused jobs are left out. */
class PauseAndCancelStateTest {
    private static final ControlKey BATCH = new ControlKey.CancelBatch("t", "b");
    private static final ControlKey MODEL = new ControlKey.PauseModel(FakeCluster.MODEL);
    private static final Instant LATER = FakeCluster.SUBMITTED.plusSeconds(1);

    private final FakeCluster cluster = new FakeCluster();

    private void assertCancelled(String... ids) {
        assertThat(cluster.results())
                .filteredOn(it -> "cancelled".equals(it.errorCode()))
                .extracting(it -> it.customId())
                .containsExactlyInAnyOrder(ids);
    }

    private CostEvent lastEvent() {
        CostEvent event = cluster.costs().getLast();
        assertThat(event.isFinal()).isTrue();
        return event;
    }

    @Nested
    class AnUnfollowedControlTopic {
        @Test
        void workersHealthReportsTheControlTopic() {
            var worker = new TestWorker(cluster).owning(0);
            assertThat(worker.loop.health().ready()).isTrue();

            worker.control.health = Health.stopped("control is no longer followed: bad");
            worker.turn(1);

            assertThat(worker.loop.health())
                    .isEqualTo(Health.stopped("control is no longer followed: bad"));
        }
    }

    @Nested
    class ACancelledJob {
        @Test
        void cancelledJobEndsWhenAdmitted() {
            cluster.jobs(0, 2);
            var worker = new TestWorker(cluster);
            worker.control.publish(new ControlKey.CancelJob(FakeCluster.jobId(0, 1)), LATER);
            worker.turn(1);

            worker.owning(0);

            assertThat(worker.providers.calls).containsExactly("0-0");
            assertCancelled("0-1");
            assertThat(lastEvent().kind()).isEqualTo(CostKind.NONE);
        }

        @Test
        void expressJobThatABrokerAppendedAfterTheCommandIsCalled() {
            cluster.expressJobAppendedAt(0, LATER);
            cluster.expressJobAppendedAt(1, LATER.plusMillis(1));
            var worker = new TestWorker(cluster);
            worker.control.publish(BATCH, LATER);

            worker.owning(Lane.EXPRESS);

            assertThat(worker.providers.calls).containsExactly("express-1");
        }

        @Test
        void cancelledJobEndsWhileItWaitsForASlot() {
            cluster.jobs(0, 3);
            var worker = new TestWorker(cluster, "max_in_flight: 1").owning(0);

            worker.control.publish(BATCH, LATER);
            worker.turn(2);

            assertCancelled("0-1", "0-2");
            assertThat(worker.providers.running()).containsExactly("0-0");
        }

        @Test
        void cancelledJobEndsWhileItWaitsForARetry() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster).owning(0);
            fail(worker, Billing.NOTHING);
            worker.turn(2);
            assertThat(cluster.results()).isEmpty();

            worker.control.publish(BATCH, LATER);
            worker.turn(2);

            assertCancelled("0-0");
            assertThat(worker.providers.calls).hasSize(1);
        }

        @Test
        void cancelledJobEndsInsteadOfARetryWithItsBilledCost() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster).owning(0);
            worker.control.publish(BATCH, LATER);
            worker.turn(2);

            fail(worker, new Billing.Billed(TokenUsage.of(1_000, 100)));
            worker.turn(2);

            assertCancelled("0-0");
            assertThat(cluster.costs()).hasSize(1);
            assertThat(lastEvent().kind()).isEqualTo(CostKind.BILLED);
            assertThat(lastEvent().costUsd()).isPositive();
            assertThat(cluster.results().getFirst().attempts()).isOne();
        }

        @Test
        void cancelledJobEndsWithTheResultOfItsRunningCall() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster).owning(0);
            worker.control.publish(BATCH, LATER);
            worker.turn(2);

            worker.providers.answer("0-0");
            worker.turn(2);

            assertThat(cluster.results())
                    .singleElement()
                    .satisfies(it -> assertThat(it.errorCode()).isNull());
        }

        @Test
        void cancelledJobEndsWhenItsCallIsLate() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster, "max_in_flight: 1").owning(0);
            worker.control.publish(BATCH, LATER);
            worker.turn(2);

            worker.providers.missSendWindow("0-0");
            worker.turn(2);
            cluster.jobSubmitted(0, 2, LATER.plusSeconds(1));
            worker.turn(2);

            assertCancelled("0-0");
            assertThat(cluster.results().getFirst().attempts()).isZero();
            assertThat(worker.providers.running()).containsExactly("0-2");
        }

        @Test
        void cancelledJobEndsWithItsInheritedAttempt() {
            cluster.job(0, 0);
            new TestWorker(cluster).owning(0);

            var successor = new TestWorker(cluster);
            successor.control.publish(BATCH, LATER);
            successor.turn(1);
            successor.owning(0);

            assertCancelled("0-0");
            assertThat(successor.providers.calls).isEmpty();
            assertThat(lastEvent().kind()).isEqualTo(CostKind.UNCERTAIN);
        }

        @Test
        void cancelledJobEndsThoughItsModelIsPaused() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster);
            worker.control.publish(MODEL, LATER);
            worker.owning(0);

            worker.control.publish(BATCH, LATER);
            worker.turn(2);

            assertCancelled("0-0");
        }

        private void fail(TestWorker worker, Billing billing) {
            worker.providers.end(
                    "0-0",
                    FakeProviders.failed(ErrorCode.SERVER_ERROR, Duration.ofSeconds(30), billing));
        }
    }

    @Nested
    class AJobSubmittedLater {
        @Test
        void laterJobIsNotCancelledWithItsBatch() {
            cluster.jobSubmitted(0, 0, LATER.plusMillis(1));
            var worker = new TestWorker(cluster);
            worker.control.publish(BATCH, LATER);
            worker.owning(0);

            assertThat(worker.providers.running()).containsExactly("0-0");
        }
    }

    @Nested
    class WhileAModelIsPaused {
        private static final String OTHER = "other";

        private TestWorker worker(String settings) {
            var worker = new TestWorker(cluster, settings, false, FakeCluster.MODEL, OTHER);
            worker.control.publish(MODEL, LATER);
            worker.turn(1);
            return worker;
        }

        @Test
        void onlyCallsOfOtherModelsStart() {
            cluster.jobs(0, 10);
            cluster.jobOf(OTHER, 0, 1);
            var worker = worker("max_in_flight: 4").owning(0).owning(OTHER);

            assertThat(worker.providers.running()).containsExactly("other-0-0");
            assertThat(cluster.results()).isEmpty();
            assertThat(worker.loop.health().ready()).isTrue();
            assertThat(worker.loop.health().detail()).contains("paused: m");
            assertThat(worker.registry.get("millrace.worker.models.paused").gauge().value())
                    .isEqualTo(1);
        }

        @Test
        void runningCallsEndNormally() {
            cluster.jobs(0, 2);
            var worker = new TestWorker(cluster, "max_in_flight: 1").owning(0);
            worker.control.publish(MODEL, LATER);
            worker.turn(1);

            worker.providers.answer("0-0");
            worker.turn(3);

            assertThat(cluster.resultIds()).containsExactly("0-0");
            assertThat(worker.providers.running()).isEmpty();
        }

        @Test
        void pausedModelBorrowsNoBytes() {
            for (int offset = 0; offset < 20; offset++) {
                cluster.largeJob(0, offset, 100_000);
            }
            var worker = worker("max_held_bytes: 1MiB, max_in_flight: 4");
            worker.source.maxPollRecords = 1;
            worker.owning(0).turn(60);

            assertThat(worker.source.paused).contains(FakeCluster.partition(0));
            assertThat(worker.registry.get("millrace.worker.held.bytes").gauge().value())
                    .isLessThan(1 << 19);
        }

        @Test
        void jobsOfAPausedModelExpire() {
            cluster.job(0, 0, FakeCluster.MODEL, FakeCluster.SUBMITTED.plusSeconds(30));
            var worker = worker("max_in_flight: 4").owning(0);

            worker.time.advance(Duration.ofSeconds(31));
            worker.turn(2);

            assertThat(cluster.results().getFirst().errorCode()).isEqualTo("deadline_exceeded");
        }

        @Test
        void callsStartAgainAfterAResume() {
            cluster.jobs(0, 10);
            var worker = worker("max_in_flight: 20").owning(0);

            worker.control.remove(MODEL);
            worker.turn(2);

            assertThat(worker.providers.running()).hasSize(10);
        }

        @Test
        void pauseOfAllModelsStopsAllCalls() {
            cluster.jobOf(OTHER, 0, 1);
            var worker = worker("max_in_flight: 4");
            worker.control.publish(new ControlKey.PauseAll(), LATER);
            worker.turn(1);

            worker.owning(OTHER);

            assertThat(worker.providers.running()).isEmpty();
        }
    }

    @Nested
    class UntilControlHasBeenRead {
        @Test
        void noCallStarts() {
            cluster.jobs(0, 3);
            var worker = new TestWorker(cluster);
            worker.control.isRead = false;
            worker.owning(0);
            assertThat(worker.providers.calls).isEmpty();
            assertThat(worker.loop.health().ready()).isFalse();

            worker.control.isRead = true;
            worker.turn(2);

            assertThat(worker.providers.running()).hasSize(3);
            assertThat(worker.loop.health().ready()).isTrue();
        }
    }
}
