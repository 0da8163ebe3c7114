package dev.millrace.worker.loop;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.worker.port.ResultLog.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Critical jobs wait neither for the pace of transactions nor for many results of other jobs. */
class CriticalJobsTest {
    private static final String EXPRESS = Lane.EXPRESS.word() + "-";
    private static final Duration SHORT = ofMillis(5);

    /** Answers whose results together exceed a short transaction. */
    private static final int MANY = 800;

    /** A marker follows the first job. */
    private static final int AFTER_MARKER = 2;

    private final FakeCluster cluster = new FakeCluster();
    private TestWorker worker;

    /** A worker of a backlog of normal jobs, whose next transaction has to wait. */
    @BeforeEach
    void start() {
        cluster.jobs(0, 2 * MANY);
        worker =
                new TestWorker(
                        cluster,
                        "commit_interval: 100ms, max_in_flight: 1000",
                        /* acceptResend= */ true,
                        FakeCluster.MODEL);
        worker.owning(0);
        worker.time.advance(ofSeconds(10));
    }

    /** Ends calls in several transactions, so that the next one has to wait. */
    private void exhaustPace() {
        for (int i = 0; i < 6; i++) {
            worker.providers.answer("0-" + i);
            worker.turn(1);
        }
    }

    private Duration since(Instant start) {
        return Duration.between(start, worker.time.now());
    }

    private void callCritical(int number) {
        cluster.jobs(Lane.EXPRESS, number + 1, Priority.CRITICAL, 0);
        worker.turn(1);
        assertThat(worker.providers.running()).contains(EXPRESS + number);
    }

    private static List<String> results(Transaction transaction) {
        return transaction.records().stream()
                .filter(it -> it.topic().endsWith("results"))
                .map(it -> ResultView.read(it.value()).customId())
                .toList();
    }

    @Test
    void resultOfANormalJobWaitsForThePace() {
        exhaustPace();
        var start = worker.time.now();
        worker.providers.answer("0-6");
        worker.turn(1);

        assertThat(cluster.resultIds()).contains("0-6");
        assertThat(since(start)).isGreaterThan(ofMillis(50));
    }

    @Test
    void criticalJobIsCalledAndAnsweredWithoutThePause() {
        assertCriticalJobIsCalledAndAnsweredWithoutThePause();
    }

    /** It waits until its calls have ended, for as long as they take. */
    @Test
    void partitionThatWaitsForItsRestartDelaysNoCriticalJob() {
        worker.source.outOfRange(0, MANY);
        worker.turn(2);

        assertCriticalJobIsCalledAndAnsweredWithoutThePause();
        assertThat(worker.providers.running()).contains("0-10");
    }

    private void assertCriticalJobIsCalledAndAnsweredWithoutThePause() {
        worker.owning(Lane.EXPRESS);
        callCritical(0);
        worker.providers.answer(EXPRESS + 0);
        worker.turn(1);
        exhaustPace();

        var start = worker.time.now();
        callCritical(AFTER_MARKER);
        worker.providers.answer(EXPRESS + AFTER_MARKER);
        worker.turn(1);

        assertThat(cluster.resultIds()).contains(EXPRESS + AFTER_MARKER);
        assertThat(since(start)).isLessThanOrEqualTo(SHORT);
    }

    @Test
    void criticalResultIsWrittenBeforeOlderOnes() {
        worker.owning(Lane.EXPRESS);
        callCritical(0);
        int before = worker.log.attempts.size();
        endAllNormal();
        worker.providers.answer(EXPRESS + 0);
        worker.turn(1);

        assertThat(results(worker.log.attempts.get(before))).contains(EXPRESS + 0);
    }

    @Test
    void transactionsAreShort() {
        worker.owning(Lane.EXPRESS);
        callCritical(0);
        int before = worker.log.attempts.size();
        endAllNormal();
        worker.turn(30);

        assertThat(worker.log.attempts.subList(before, worker.log.attempts.size()))
                .isNotEmpty()
                .allSatisfy(it -> assertThat(results(it)).hasSizeLessThan(MANY / 2));
        assertThat(cluster.resultIds()).hasSizeGreaterThanOrEqualTo(MANY);
    }

    @Test
    void transactionsWithoutCriticalJobsAreLong() {
        int before = worker.log.attempts.size();
        endAllNormal();
        worker.turn(1);

        assertThat(results(worker.log.attempts.get(before))).hasSize(MANY);
    }

    @Test
    void endedCallsAreWrittenWhenTheWorkerIsStoppedNow() {
        worker.owning(Lane.EXPRESS);
        callCritical(0);
        endAllNormal();
        worker.loop.stopNow();
        worker.source.revoke(0);
        worker.turn(1);

        assertThat(cluster.resultIds()).hasSize(MANY);
    }

    private void endAllNormal() {
        for (int i = 0; i < MANY; i++) {
            worker.providers.answer("0-" + i);
        }
    }
}
