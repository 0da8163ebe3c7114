package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.ledger.OpenJob;
import java.util.ArrayList;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A call is sent only with permits that no other worker may use. */
class SharedPermitsTest {
    private final FakeCluster cluster = new FakeCluster();
    private final FakePermits permits = new FakePermits();

    @Nested
    class WhenAnotherWorkerGetsThePermit {
        @Test
        void callIsNotAnnouncedAndReservesNothing() {
            cluster.jobs(0, 2);
            permits.areTakenByOthers = true;
            var worker = new TestWorker(cluster, permits).owning(0);

            assertThat(worker.providers.calls).isEmpty();
            assertThat(cluster.openJobs()).isEmpty();
            assertThat(slotsUsed(worker)).isZero();
            assertThat(permits.unsent).isZero();
        }

        @Test
        void callStartsWithTheNextPermit() {
            cluster.jobs(0, 2);
            permits.areTakenByOthers = true;
            var worker = new TestWorker(cluster, permits).owning(0);
            permits.areTakenByOthers = false;
            worker.turn(3);

            assertThat(worker.providers.calls).containsExactly("0-0", "0-1");
            assertThat(permits.sent).isEqualTo(2);
            assertThat(permits.unsent).isZero();
        }

        private double slotsUsed(TestWorker worker) {
            return worker.registry
                    .get("millrace.worker.slots.used")
                    .tag("model", FakeCluster.MODEL)
                    .gauge()
                    .value();
        }
    }

    @Nested
    class WhenTheLeaseExpiresDuringTheCommit {
        private final TestWorker worker = new TestWorker(cluster, permits);

        private void announce() {
            cluster.job(0, 0);
            worker.log.onCommit = () -> permits.haveExpired = true;
            worker.owning(0);
        }

        @Test
        void sendWindowOfTheCallHasEnded() {
            announce();

            assertThat(
                            worker.providers.windows.getFirst().sendByNanos()
                                    - worker.time.clock().nanos())
                    .isLessThanOrEqualTo(0);
            assertThat(permits.sent).isZero();
        }

        @Test
        void callIsAnnouncedAgainAndCountsOnce() {
            announce();
            worker.log.onCommit = () -> {};
            permits.haveExpired = false;
            worker.providers.missSendWindow("0-0");
            worker.turn(3);

            assertThat(worker.providers.calls).containsExactly("0-0", "0-0");
            assertThat(cluster.openJobs()).containsExactly(new OpenJob(0, 1, true));
            assertThat(permits.sent).isEqualTo(1);
            assertThat(permits.unsent).isZero();
        }
    }

    @Nested
    class WhenEveryCommitTakesLongerThanALease {
        @Test
        void callIsAnnouncedAgainWithoutEnd() {
            cluster.job(0, 0);
            var worker = new TestWorker(cluster, permits);
            worker.log.onCommit = () -> permits.haveExpired = true;
            worker.owning(0);
            for (int i = 0; i < 20; i++) {
                permits.haveExpired = false;
                worker.providers.missSendWindow("0-0");
                worker.turn(3);
            }

            assertThat(worker.providers.calls).hasSize(21);
            assertThat(cluster.openJobs()).containsExactly(new OpenJob(0, 1, true));
            assertThat(permits.unsent).isEqualTo(1);
        }
    }

    @Test
    void permitCountsAsUnsentDuringTheCommit() {
        cluster.job(0, 0);
        var worker = new TestWorker(cluster, permits);
        var unsent = new ArrayList<Integer>();
        worker.log.onCommit = () -> unsent.add(permits.unsent);
        worker.owning(0);

        assertThat(unsent).contains(1);
        assertThat(permits.unsent).isZero();
        assertThat(permits.sent).isEqualTo(1);
    }

    @Test
    void healthNamesTheReasonForWhichCallsWait() {
        var worker = new TestWorker(cluster, permits).owning(0);
        permits.problem = "millrace.quota is not available";
        worker.turn(1);

        assertThat(worker.loop.health().ready()).isFalse();
        assertThat(worker.loop.health().detail())
                .isEqualTo("calls with limits wait: millrace.quota is not available");
    }
}
