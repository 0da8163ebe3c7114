package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A worker reports why its jobs wait. */
class LoopWaitsTest {
    private final FakeCluster cluster = new FakeCluster();

    /** Returns the waits after a second has passed. */
    private static List<Waiting> waits(TestWorker worker) {
        worker.time.advance(Duration.ofSeconds(1));
        worker.turn(2);
        return worker.loop.report().waits();
    }

    private static void isOnly(TestWorker worker, WaitingReason reason, String value) {
        assertThat(waits(worker))
                .singleElement()
                .satisfies(
                        it -> {
                            assertThat(it.model()).isEqualTo(FakeCluster.MODEL);
                            assertThat(it.reason()).isEqualTo(reason);
                            assertThat(it.value()).isEqualTo(value);
                        });
    }

    @Test
    void jobsThatRunDoNotWait() {
        cluster.jobs(0, 2);

        assertThat(waits(new TestWorker(cluster).owning(0))).isEmpty();
    }

    @Test
    void readyJobsWaitForSlots() {
        cluster.jobs(0, 2);

        isOnly(
                new TestWorker(cluster, "max_in_flight: 1").owning(0),
                WaitingReason.SLOTS,
                "worker.max_in_flight: 1");
    }

    @Test
    void reasonEndsWithTheWait() {
        cluster.jobs(0, 2);
        var worker = new TestWorker(cluster, "max_in_flight: 1").owning(0);
        assertThat(waits(worker)).isNotEmpty();

        worker.providers.answer("0-0");
        worker.turn(2);

        assertThat(waits(worker)).isEmpty();
    }

    @Test
    void pausedModelIsNamed() {
        cluster.job(0, 0);
        var worker = new TestWorker(cluster);
        worker.control.publish(new ControlKey.PauseModel(FakeCluster.MODEL), FakeCluster.SUBMITTED);
        worker.turn(1);

        isOnly(worker.owning(0), WaitingReason.PAUSE, "model " + FakeCluster.MODEL);
    }

    @Test
    void jobsOfPausedTenantsAreCounted() {
        cluster.jobs(0, 3);
        var worker = new TestWorker(cluster);
        worker.control.publish(new ControlKey.PauseTenant("t"), FakeCluster.SUBMITTED);
        worker.turn(1);

        assertThat(waits(worker.owning(0)))
                .singleElement()
                .satisfies(
                        it -> {
                            assertThat(it.reason()).isEqualTo(WaitingReason.PAUSE);
                            assertThat(it.jobs()).isEqualTo(3);
                        });
    }

    @Test
    void retryWaitsAsLongAsTheProviderAsks() {
        cluster.job(0, 0);
        var worker = new TestWorker(cluster, TestWorker.NO_BREAKER).owning(0);
        worker.providers.end(
                "0-0",
                new Verdict.Failed(
                        ErrorCode.SERVER_ERROR,
                        "test",
                        null,
                        Duration.ofSeconds(20),
                        Billing.NOTHING));
        worker.turn(1);

        assertThat(waits(worker))
                .singleElement()
                .satisfies(
                        it -> {
                            assertThat(it.reason()).isEqualTo(WaitingReason.PROVIDER_WAIT);
                            assertThat(it.value())
                                    .isEqualTo("as the provider asks, after server_error");
                            assertThat(it.jobs()).isEqualTo(1);
                            assertThat(it.until()).isPresent();
                        });
    }

    @Test
    void refusedKeyIsReported() {
        cluster.jobs(0, 2);
        var worker = new TestWorker(cluster, "max_in_flight: 1").owning(0);
        worker.providers.end(
                "0-0",
                new Verdict.Failed(
                        ErrorCode.AUTHENTICATION_ERROR, "no", null, null, Billing.NOTHING));
        worker.turn(2);

        assertThat(waits(worker))
                .extracting(Waiting::reason, Waiting::value)
                .contains(tuple(WaitingReason.KEY, "key 1 of p (authentication_error): no"));
    }
}
