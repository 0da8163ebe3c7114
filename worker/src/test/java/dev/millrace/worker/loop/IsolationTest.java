package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Priority;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A slow model delays its own jobs and no one else's. */
class IsolationTest {
    private final FakeCluster cluster = new FakeCluster();

    @Nested
    class WithSeveralModels {
        private static final String SLOW = "slow";

        private TestWorker worker(String settings) {
            return new TestWorker(cluster, settings, false, FakeCluster.MODEL, SLOW);
        }

        @Test
        void modelAloneAtWorkUsesAllSlots() {
            slowJobs();

            assertThat(worker("max_in_flight: 8").owning(SLOW).providers.running()).hasSize(8);
        }

        @Test
        void otherModelStartsAtOnceThoughAHangingModelHasAllSlots() {
            slowJobs();
            var worker = worker("max_in_flight: 8").owning(SLOW);
            cluster.jobs(0, 10);

            worker.owning(0);

            assertThat(worker.providers.running()).contains("0-0", "0-1").hasSize(10);
        }

        @Test
        void hangingModelStartsNothingWhileTheOverdraftIsUsed() {
            slowJobs();
            var worker = worker("max_in_flight: 8").owning(SLOW);
            cluster.jobs(0, 10);
            worker.owning(0);

            worker.providers.answer("slow-0-0");
            worker.providers.answer("0-0");
            worker.turn(2);

            assertThat(worker.providers.calls).hasSize(11).last().isEqualTo("0-2");
        }

        private void slowJobs() {
            for (int offset = 0; offset < 40; offset++) {
                cluster.jobOf(SLOW, offset, 1);
            }
        }

        @Test
        void noModelCanTakeAllBytes() {
            var worker = worker("max_held_bytes: 1MiB, max_in_flight: 1");
            for (int offset = 0; offset < 20; offset++) {
                cluster.jobOf(SLOW, offset, 100_000);
            }
            worker.source.maxPollRecords = 1;
            worker.owning(SLOW);
            worker.turn(60);
            assertThat(worker.source.paused).contains(FakeCluster.partition(SLOW));

            cluster.jobs(0, 1);
            worker.owning(0);
            assertThat(worker.source.paused).doesNotContain(FakeCluster.partition(0));
        }
    }

    @Nested
    class WithOneModel {
        @Test
        void criticalJobUsesTheReserve() {
            cluster.jobs(0, 40);
            var worker = new TestWorker(cluster, "max_in_flight: 20").owning(0);
            assertThat(worker.providers.running()).hasSize(19);

            cluster.jobs(Lane.CRITICAL, 1, Priority.CRITICAL, 0);
            worker.owning(Lane.CRITICAL);
            assertThat(worker.providers.running()).hasSize(20).contains("critical-0");
        }

        @Test
        void criticalJobsUseTheReserveHoweverManyTheyAre() {
            cluster.jobs(0, 40);
            var worker = new TestWorker(cluster, "max_in_flight: 20").owning(0);
            assertThat(worker.providers.running()).hasSize(19);

            cluster.jobs(Lane.CRITICAL, 40, Priority.CRITICAL, 0);
            worker.owning(Lane.CRITICAL);
            for (int i = 0; i < 400; i++) {
                worker.providers.running().stream()
                        .filter(it -> it.startsWith("critical"))
                        .forEach(worker.providers::answer);
                worker.turn(1);
            }
            assertThat(cluster.resultIds()).filteredOn(it -> it.startsWith("critical")).hasSize(40);
        }

        @Test
        void otherJobsKeepTheirTurnsBesideCriticalJobs() {
            cluster.jobs(0, 400);
            cluster.jobs(Lane.CRITICAL, 400, Priority.CRITICAL, 0);
            var worker = new TestWorker(cluster, "max_in_flight: 20").owning(0);
            worker.owning(Lane.CRITICAL);
            for (int i = 0; i < 120; i++) {
                worker.providers.answer(worker.providers.calls.get(i));
                worker.turn(1);
            }

            assertThat(worker.providers.calls.subList(40, 120))
                    .filteredOn(it -> it.startsWith("0-"))
                    .hasSizeBetween(15, 17);
        }
    }
}
