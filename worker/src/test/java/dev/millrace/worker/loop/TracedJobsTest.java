package dev.millrace.worker.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.trace.TracedCall;
import dev.millrace.contracts.trace.Traces;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.worker.answer.Billing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What traces learn about the waits and calls of jobs. */
class TracedJobsTest {
    private static final String TRACEPARENT =
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private final FakeCluster cluster = new FakeCluster();
    private final Steps steps = new Steps();

    /** Remembers the steps that the loop reports. */
    private static final class Steps implements Traces {
        final List<String> all = new ArrayList<>();
        final List<TracedCall> calls = new ArrayList<>();

        @Override
        public void onWaited(
                JobHeaders job,
                int attempt,
                Instant since,
                Instant until,
                @Nullable WaitingReason reason) {
            all.add("wait " + attempt + " " + (reason == null ? "turn" : reason.word()));
        }

        @Override
        public void onCalled(JobHeaders job, TracedCall call) {
            all.add("call " + call.attempt());
            calls.add(call);
        }

        @Override
        public void onLost(JobHeaders job, int attempt, Model model, Instant now) {
            all.add("lost " + attempt);
        }
    }

    private TestWorker worker(String settings) {
        cluster.traces = steps;
        return new TestWorker(cluster, settings).owning(0);
    }

    @Test
    void callIsReportedWithItsCost() {
        cluster.job(0, 0);
        var worker = worker("");
        worker.providers.answer("0-0");
        worker.turn(3);

        assertThat(steps.all).containsExactly("wait 1 turn", "call 1");
        assertThat(steps.calls)
                .singleElement()
                .satisfies(
                        it -> {
                            assertThat(it.status()).isEqualTo(200);
                            assertThat(it.error()).isNull();
                            assertThat(Objects.requireNonNull(it.cost()).costUsd()).isPositive();
                            assertThat(it.took()).isEqualTo(worker.providers.took);
                        });
    }

    @Test
    void retryWaitsForItsProvider() {
        cluster.job(0, 0);
        var worker = worker("");
        worker.providers.end(
                "0-0", FakeProviders.failed(ErrorCode.SERVER_ERROR, null, Billing.NOTHING));
        worker.turn(3);
        worker.time.advance(Duration.ofMinutes(2));
        worker.turn(3);

        assertThat(steps.all).containsExactly("wait 1 turn", "call 1", "wait 2 provider_wait");
        assertThat(steps.calls.getFirst().error()).isEqualTo(ErrorCode.SERVER_ERROR);
        assertThat(steps.calls.getFirst().cost()).isNull();
    }

    @Test
    void jobThatWaitsForASlotSaysSo() {
        cluster.jobs(0, 2);
        var worker = worker("max_in_flight: 1");
        worker.time.advance(Duration.ofMillis(10));
        worker.turn(1);
        worker.providers.answer("0-0");
        worker.turn(3);

        assertThat(steps.all).containsExactly("wait 1 turn", "call 1", "wait 1 slots");
    }

    @Test
    void callOfAKilledWorkerIsLost() {
        cluster.job(0, 0);
        var _ = worker("");
        var other = worker("");
        other.providers.answer("0-0");
        other.turn(3);

        assertThat(steps.all).containsExactly("wait 1 turn", "lost 1", "wait 2 turn", "call 2");
    }

    @Test
    void recordsOfTheEndHaveTheTraceOfTheJob() {
        cluster.job(0, 0);
        cluster.replaceHeader(
                0, 0, new RecordHeader(MillraceHeaders.TRACEPARENT, TRACEPARENT.getBytes(UTF_8)));
        var worker = worker("");
        worker.providers.answer("0-0");
        worker.turn(3);

        assertThat(cluster.outputs)
                .isNotEmpty()
                .allSatisfy(
                        it ->
                                assertThat(
                                                MillraceHeaders.text(
                                                        it.headers(), MillraceHeaders.TRACEPARENT))
                                        .contains(TRACEPARENT));
    }

    @Test
    void nothingIsReportedByDefault() {
        cluster.job(0, 0);
        var worker = new TestWorker(cluster).owning(0);
        worker.providers.answer("0-0");
        worker.turn(3);

        assertThat(cluster.traces).isSameAs(Traces.OFF);
        assertThat(cluster.results()).hasSize(1);
        assertThat(steps.all).isEmpty();
    }
}
