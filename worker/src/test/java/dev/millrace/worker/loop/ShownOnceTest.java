package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.AnswerWait;
import dev.millrace.contracts.header.AnswerWait.Chunks;
import dev.millrace.contracts.job.OnUnavailable;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Jobs whose streams are shown to clients that cannot ask for the result later. */
class ShownOnceTest {
    private static final String SECOND = "m2";
    private static final Verdict HUNG =
            FakeProviders.failed(ErrorCode.TIMEOUT, null, Billing.UNCERTAIN);

    private final FakeCluster cluster = new FakeCluster();

    private TestWorker workerWith(Chunks chunks) {
        cluster.chainedJob(0, null, FakeCluster.MODEL, SECOND);
        cluster.answerWait(0, 0, new AnswerWait(chunks, OnUnavailable.WAIT));
        return new TestWorker(cluster, "", false, FakeCluster.MODEL, SECOND).owning(0);
    }

    private static void pass(TestWorker worker) {
        worker.turn(3);
        worker.time.advance(Duration.ofMinutes(2));
        worker.turn(3);
    }

    @Test
    void callIsNotRepeatedAfterItsClientHasTheError() {
        var worker = workerWith(Chunks.ONCE);
        worker.providers.endForwarded("0-0", HUNG);
        pass(worker);

        assertThat(worker.providers.calls).containsExactly("0-0");
        assertThat(cluster.results())
                .singleElement()
                .satisfies(it -> assertThat(it.errorCode()).isEqualTo("timeout"));
        assertThat(cluster.costs())
                .singleElement()
                .satisfies(
                        it -> {
                            assertThat(it.kind()).isEqualTo(CostKind.UNCERTAIN);
                            assertThat(it.isFinal()).isTrue();
                        });
        assertThat(cluster.openJobs()).isEmpty();
    }

    @Test
    void callThatWasNotShownIsRepeated() {
        var worker = workerWith(Chunks.ONCE);
        worker.providers.end("0-0", HUNG);
        pass(worker);

        assertThat(worker.providers.calls).containsExactly("0-0", "0-0");
    }

    @Test
    void callWhoseClientCanAskForTheResultIsRepeated() {
        var worker = workerWith(Chunks.REPEATABLE);
        worker.providers.endForwarded("0-0", HUNG);
        pass(worker);

        assertThat(worker.providers.calls).containsExactly("0-0", "0-0");
    }
}
