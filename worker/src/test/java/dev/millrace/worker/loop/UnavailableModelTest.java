package dev.millrace.worker.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.AnswerWait;
import dev.millrace.contracts.header.AnswerWait.Chunks;
import dev.millrace.contracts.job.OnUnavailable;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.worker.answer.Billing;
import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Jobs whose submitters do not wait until an open breaker closes. */
class UnavailableModelTest {
    private static final Duration OPEN_FOR = Duration.ofSeconds(30);
    private static final OnUnavailable FIVE_SECONDS = new OnUnavailable(Duration.ofSeconds(5));

    private final FakeCluster cluster = new FakeCluster();

    private TestWorker worker() {
        return new TestWorker(cluster, "max_in_flight: 2").owning(0);
    }

    private void job(long offset, OnUnavailable onUnavailable) {
        cluster.job(0, offset);
        cluster.answerWait(0, offset, new AnswerWait(Chunks.NONE, onUnavailable));
    }

    /** Ends the running call of job 0-0 in a way that opens the breaker. */
    private TestWorker workerWithOpenBreaker() {
        cluster.job(0, 0);
        var worker = worker();
        worker.providers.end(
                "0-0", FakeProviders.failed(ErrorCode.QUOTA_EXCEEDED, null, Billing.NOTHING));
        worker.turn(3);
        return worker;
    }

    private static void pass(TestWorker worker, Duration time) {
        worker.time.advance(time);
        worker.turn(3);
    }

    private String resultText() {
        return cluster.outputs.stream()
                .filter(it -> it.topic().endsWith("results"))
                .map(it -> new String(it.value(), UTF_8))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void jobThatFailsAtOnceEndsWithTheErrorOfTheBreaker() {
        var worker = workerWithOpenBreaker();
        job(10, OnUnavailable.FAIL);
        worker.turn(3);
        pass(worker, Duration.ofMillis(100));

        assertThat(cluster.resultIds()).containsExactly("0-10");
        assertThat(resultText())
                .contains(
                        "\"code\":\"quota_exceeded\"",
                        "m is unavailable: the circuit breaker of key 1 of p is open since 2026-",
                        "next trial call: 2026-",
                        "last error: test",
                        "\"retry_after\":");
        assertThat(worker.providers.calls).containsExactly("0-0");
    }

    @Test
    void jobThatFailsAtOnceIsBilledNothing() {
        var worker = workerWithOpenBreaker();
        job(10, OnUnavailable.FAIL);
        worker.turn(3);
        pass(worker, Duration.ofMillis(100));

        assertThat(cluster.costs())
                .singleElement()
                .satisfies(
                        it -> {
                            assertThat(it.kind()).isEqualTo(CostKind.NONE);
                            assertThat(it.isFinal()).isTrue();
                            assertThat(it.costUsd()).isZero();
                        });
    }

    @Test
    void jobWaitsForItsTime() {
        var worker = workerWithOpenBreaker();
        job(10, FIVE_SECONDS);
        worker.turn(3);
        pass(worker, Duration.ofMillis(100));

        pass(worker, Duration.ofSeconds(3));
        assertThat(cluster.results()).isEmpty();

        pass(worker, Duration.ofSeconds(2));
        assertThat(cluster.resultIds()).containsExactly("0-10");
    }

    @Test
    void timeBeginsAgainWithTheNextOpening() {
        var worker = workerWithOpenBreaker();
        job(10, FIVE_SECONDS);
        worker.turn(3);
        pass(worker, Duration.ofMillis(100));
        pass(worker, Duration.ofSeconds(4));
        worker.control.publish(new ControlKey.BreakerReset(FakeCluster.MODEL), worker.time.now());
        worker.turn(3);
        worker.providers.end(
                "0-0", FakeProviders.failed(ErrorCode.QUOTA_EXCEEDED, null, Billing.NOTHING));
        worker.providers.end(
                "0-10", FakeProviders.failed(ErrorCode.QUOTA_EXCEEDED, null, Billing.NOTHING));
        worker.turn(3);

        pass(worker, Duration.ofMillis(100));
        pass(worker, Duration.ofSeconds(4));

        assertThat(cluster.resultIds()).doesNotContain("0-10");
    }

    @Test
    void jobThatWaitsWaits() {
        var worker = workerWithOpenBreaker();
        job(10, OnUnavailable.WAIT);
        worker.turn(3);
        pass(worker, OPEN_FOR.minusSeconds(1));

        assertThat(cluster.results()).isEmpty();
    }

    @Test
    void jobMakesTheTrialCallThatIsDue() {
        cluster.job(0, 0);
        cluster.answerWait(0, 0, new AnswerWait(Chunks.NONE, OnUnavailable.FAIL));
        var worker = worker();
        worker.providers.end(
                "0-0", FakeProviders.failed(ErrorCode.QUOTA_EXCEEDED, null, Billing.NOTHING));
        worker.turn(3);
        pass(worker, Duration.ofMillis(100));
        assertThat(cluster.resultIds()).containsExactly("0-0");
        worker.time.advance(OPEN_FOR);
        worker.turn(3);

        job(10, OnUnavailable.FAIL);
        worker.turn(3);

        assertThat(worker.providers.calls).containsExactly("0-0", "0-10");
        worker.providers.answer("0-10");
        worker.turn(3);
        assertThat(cluster.resultIds()).containsExactly("0-0", "0-10");
    }

    @Test
    void jobOfAPausedModelWaits() {
        var worker = workerWithOpenBreaker();
        worker.control.publish(new ControlKey.PauseModel(FakeCluster.MODEL), FakeCluster.SUBMITTED);
        worker.turn(1);
        job(10, OnUnavailable.FAIL);
        worker.turn(3);
        pass(worker, Duration.ofSeconds(1));

        assertThat(cluster.results()).isEmpty();
    }

    @Test
    void expiredJobOfAPausedModelSaysSo() {
        var worker = worker();
        worker.control.publish(new ControlKey.PauseModel(FakeCluster.MODEL), FakeCluster.SUBMITTED);
        worker.turn(1);
        cluster.job(0, 10, FakeCluster.MODEL, worker.time.now().plusSeconds(2));
        worker.turn(3);
        pass(worker, Duration.ofSeconds(3));

        assertThat(resultText()).contains("has passed while its model, tenant or batch was paused");
    }

    @Test
    void expiredJobNamesTheBreakerThatItHasWaitedFor() {
        var worker = workerWithOpenBreaker();
        cluster.job(0, 10, FakeCluster.MODEL, worker.time.now().plusSeconds(2));
        worker.turn(3);
        pass(worker, Duration.ofSeconds(3));

        assertThat(resultText())
                .contains(
                        "\"code\":\"deadline_exceeded\"",
                        "has passed; the job was waiting: the circuit breaker of key 1 of p is open"
                                + " since",
                        "last error: test");
    }
}
