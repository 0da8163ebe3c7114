package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.worker.answer.Billing;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Jobs of a paused tenant or batch wait, and the jobs behind them do not. */
class PausedJobsTest {
    private static final ControlKey TENANT = new ControlKey.PauseTenant("t");
    private static final ControlKey BATCH = new ControlKey.PauseBatch("t", "b");
    private static final String OTHER = "other";
    private static final Instant NOW = FakeCluster.SUBMITTED.plusSeconds(1);

    private final FakeCluster cluster = new FakeCluster();

    private TestWorker pausing(ControlKey key, String settings) {
        var worker = new TestWorker(cluster, settings);
        worker.control.publish(key, NOW);
        worker.turn(1);
        return worker;
    }

    private static double pausedJobs(TestWorker worker) {
        return worker.registry.get("millrace.worker.jobs.paused").gauge().value();
    }

    @Nested
    class WhileItsTenantIsPaused {
        @Test
        void onlyJobsOfOtherTenantsStart() {
            cluster.jobs(0, 3);
            cluster.jobOfTenant("other", 0, 3);
            var worker = pausing(TENANT, "").owning(0);

            assertThat(worker.providers.running()).containsExactly("0-3");
            assertThat(worker.loop.health().ready()).isTrue();
            assertThat(worker.loop.health().detail()).contains("paused: tenant t");
            assertThat(pausedJobs(worker)).isEqualTo(3);
        }

        @Test
        void otherJobsOfItsModelKeepTheirTurns() {
            for (int offset = 0; offset < 20; offset++) {
                cluster.jobOfTenant(offset < 10 ? "paused" : "t", 0, offset);
                cluster.jobOf(OTHER, offset, 1);
            }
            var worker =
                    new TestWorker(cluster, "max_in_flight: 1", false, FakeCluster.MODEL, OTHER);
            worker.control.publish(new ControlKey.PauseTenant("paused"), NOW);
            worker.turn(1);
            worker.owning(OTHER).owning(0);

            assertThat(worker.nextCalls(8)).filteredOn(it -> it.startsWith("0-")).hasSize(4);
        }

        @Test
        void runningCallEndsNormally() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster).owning(0);
            worker.control.publish(TENANT, NOW);
            worker.turn(1);

            worker.providers.answer("0-0");
            worker.turn(2);

            assertThat(cluster.resultIds()).containsExactly("0-0");
        }

        @Test
        void failedCallIsRetriedAfterTheResumeWithoutALostAttempt() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster, "max_attempts: 2").owning(0);
            worker.control.publish(TENANT, NOW);
            worker.turn(1);
            worker.providers.end(
                    "0-0",
                    FakeProviders.failed(
                            ErrorCode.SERVER_ERROR, Duration.ofMillis(1), Billing.NOTHING));
            worker.time.advance(Duration.ofSeconds(5));
            worker.turn(3);
            assertThat(worker.providers.calls).hasSize(1);

            worker.control.remove(TENANT);
            worker.turn(3);

            assertThat(worker.providers.attempts).containsExactly(1, 2);
        }

        @Test
        void jobExpires() {
            cluster.job(0, 0, FakeCluster.MODEL, FakeCluster.SUBMITTED.plusSeconds(30));
            var worker = pausing(TENANT, "").owning(0);

            worker.time.advance(Duration.ofSeconds(31));
            worker.turn(2);

            assertThat(cluster.results().getFirst().errorCode()).isEqualTo("deadline_exceeded");
            assertThat(pausedJobs(worker)).isZero();
        }

        @Test
        void jobCanBeCancelled() {
            cluster.job(0, 0);
            var worker = pausing(TENANT, "").owning(0);

            worker.control.publish(new ControlKey.CancelBatch("t", "b"), NOW);
            worker.turn(2);

            assertThat(cluster.results().getFirst().errorCode()).isEqualTo("cancelled");
        }

        @Test
        void releasedPartitionTakesItsJobsAlong() {
            cluster.jobs(0, 3);
            var worker = pausing(TENANT, "").owning(0);

            worker.source.revoke(0);
            worker.turn(2);

            assertThat(pausedJobs(worker)).isZero();
            assertThat(new TestWorker(cluster).owning(0).providers.running()).hasSize(3);
        }

        @Test
        void fullPartitionIsNotPolledAnyMore() {
            cluster.jobs(0, 30);
            var worker = pausing(TENANT, "max_open_per_partition: 10");
            worker.source.maxPollRecords = 1;
            worker.owning(0).turn(60);

            assertThat(worker.source.paused).contains(FakeCluster.partition(0));
            assertThat(pausedJobs(worker)).isEqualTo(10);
        }
    }

    @Nested
    class WhileItsBatchIsPaused {
        @Test
        void onlyJobsOfOtherBatchesStart() {
            cluster.jobs(0, 2);
            cluster.jobOfTenant("other", 0, 2);
            var worker = pausing(BATCH, "").owning(0);

            assertThat(worker.providers.running()).containsExactly("0-2");
            assertThat(worker.loop.health().detail()).contains("paused: batch b of t");
        }
    }

    @Nested
    class WhenThePauseEnds {
        @Test
        void resumedJobsStartInTheirOrderInTurnWithOtherTenants() {
            cluster.jobs(0, 4);
            cluster.jobOfTenant("other", 0, 4);
            cluster.jobOfTenant("other", 0, 5);
            var worker = pausing(BATCH, "max_in_flight: 1").owning(0);
            assertThat(worker.providers.calls).containsExactly("0-4");

            worker.control.remove(BATCH);
            worker.turn(1);

            assertThat(worker.nextCalls(5)).containsExactly("0-0", "0-5", "0-1", "0-2", "0-3");
        }

        @Test
        void expiredPauseEndsByItself() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster);
            worker.control.publish(TENANT, NOW, NOW.plusSeconds(60));
            worker.turn(1);
            worker.owning(0);
            assertThat(worker.providers.calls).isEmpty();

            worker.time.advance(Duration.ofSeconds(61));
            worker.turn(3);

            assertThat(worker.providers.running()).containsExactly("0-0");
            assertThat(worker.loop.health().detail()).doesNotContain("paused");
        }

        @Test
        void expiredPauseOfAModelEndsByItself() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster);
            worker.control.publish(
                    new ControlKey.PauseModel(FakeCluster.MODEL), NOW, NOW.plusSeconds(60));
            worker.turn(1);
            worker.owning(0);
            assertThat(worker.providers.calls).isEmpty();

            worker.time.advance(Duration.ofSeconds(61));
            worker.turn(3);

            assertThat(worker.providers.running()).containsExactly("0-0");
        }
    }
}
